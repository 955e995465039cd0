import { Search, X } from 'lucide-react';
import type { RefObject } from 'react';
import { Button } from 'react-aria-components/Button';
import { Input } from 'react-aria-components/Input';
import { SearchField } from 'react-aria-components/SearchField';
import { BREAK_SORTS, type BreakSort, type BreakSummary } from '../../shared/breaks.ts';
import { ALL_BREAK_CATEGORIES, type BreakCategory } from '../../shared/recon.ts';
import { CATEGORY_WORDS } from '../month/break-words.ts';
import { Choice } from '../ui/choice.tsx';

interface BreakFiltersProps {
  readonly summary: BreakSummary | undefined;
  readonly category: BreakCategory | null;
  readonly onCategory: (category: BreakCategory | null) => void;
  /** Null: anybody's; empty: nobody's. */
  readonly assignee: string | null;
  readonly onAssignee: (assignee: string | null) => void;
  readonly sort: BreakSort;
  readonly onSort: (sort: BreakSort) => void;
  readonly search: string;
  readonly onSearch: (text: string) => void;
  readonly searchInput: RefObject<HTMLInputElement | null>;
}

const ALL = 'All';
const NOBODY = 'Nobody';

const SORT_WORDS: Readonly<Record<BreakSort, string>> = {
  delivery: 'Delivery',
  age: 'Oldest first',
  difference: 'Largest first',
  category: 'Category',
  state: 'State',
  assignee: 'Assignee',
  counterparty: 'Counterparty',
};

export function BreakFilters(props: BreakFiltersProps) {
  const people = props.summary?.assignees ?? [];
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out in a line
    <div className="break-filters" role="group" aria-label="Filters">
      <Choice
        label="Category"
        options={[ALL, ...ALL_BREAK_CATEGORIES.map((name) => CATEGORY_WORDS[name])]}
        value={props.category === null ? ALL : CATEGORY_WORDS[props.category]}
        onChange={(word) =>
          props.onCategory(ALL_BREAK_CATEGORIES.find((name) => CATEGORY_WORDS[name] === word) ?? null)
        }
        placeholder={ALL}
      />
      <Choice
        label="Assignee"
        options={[ALL, NOBODY, ...people]}
        value={props.assignee === null ? ALL : props.assignee === '' ? NOBODY : props.assignee}
        onChange={(word) => props.onAssignee(word === ALL ? null : word === NOBODY ? '' : word)}
        placeholder={ALL}
      />
      <Choice
        label="Order"
        options={BREAK_SORTS.map((name) => SORT_WORDS[name])}
        value={SORT_WORDS[props.sort]}
        onChange={(word) => props.onSort(BREAK_SORTS.find((name) => SORT_WORDS[name] === word) ?? 'delivery')}
        placeholder={SORT_WORDS.delivery}
      />
      <span className="spacer" />
      <SearchField
        className="search"
        aria-label="Search the breaks"
        value={props.search}
        onChange={props.onSearch}
        maxLength={200}
      >
        <Search aria-hidden className="icon" />
        <Input ref={props.searchInput} className="input" placeholder="Id, counterparty, location, note…" />
        <Button className="button quiet square search-clear" aria-label="Clear the search">
          <X aria-hidden className="icon" />
        </Button>
      </SearchField>
    </div>
  );
}
