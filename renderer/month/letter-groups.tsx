import { Ban } from 'lucide-react';
import type { ReasonGroup } from '../../shared/dead-letters.ts';
import { count } from '../ui/quantity.ts';
import { fieldWords } from './break-words.ts';

interface LetterGroupsProps {
  readonly groups: readonly ReasonGroup[];
  /** Of the group that the list is narrowed to; null: none. */
  readonly chosen: { readonly field: string; readonly code: string } | null;
  readonly onChoose: (group: ReasonGroup | null) => void;
}

/** What the letters were refused for: one line a reason, each a filter of the list below. */
export function LetterGroups({ groups, chosen, onChoose }: LetterGroupsProps) {
  if (groups.length === 0) return null;
  return (
    <ul className="letter-groups" aria-label="Reasons of the dead letters">
      {groups.map((group) => {
        const { field, code, letters, example } = group;
        const pressed = chosen !== null && chosen.field === field && chosen.code === code;
        return (
          <li key={`${field} ${code}`}>
            <button
              type="button"
              className="letter-group"
              aria-pressed={pressed}
              title={`${example.message} (page ${example.page}, record ${example.index})`}
              onClick={() => onChoose(pressed ? null : group)}
            >
              <span className="letter-group-count">{count(letters)}</span>
              <Ban aria-hidden className="icon" />
              <span>{field === '' ? 'The record itself' : fieldWords(field)}</span>
              <code className="error-code">{code}</code>
              <span className="quiet-text ellipsis">for example: {example.message}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
