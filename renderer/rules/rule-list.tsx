/** The rules in their order: the first that matches a row has it. */
import { ChevronDown, ChevronRight } from 'lucide-react';
import { type KeyboardEvent, useRef } from 'react';
import { useAnnounce } from '../ui/announcements.tsx';
import { faultsWithin, useRuleForm, useSet } from './form-context.ts';
import { AddAction, Check, FaultsAt, IconAction, MOVE_ICONS } from './form-controls.tsx';
import { type Json, listAt, pathName, textAt, valueAt, withMoved } from './rule-document.ts';
import { RuleFields } from './rule-fields.tsx';
import { newRule, ruleWords } from './rule-words.ts';

const RULES = ['rules'] as const;

interface RuleListProps {
  /** The rule of which everything is shown. */
  readonly open: number | null;
  readonly onOpen: (at: number | null) => void;
}

export function RuleList({ open, onOpen: setOpen }: RuleListProps) {
  const { document, change } = useRuleForm();
  const set = useSet();
  const announce = useAnnounce();
  const list = useRef<HTMLOListElement>(null);
  const rules = listAt(document, RULES);

  function focusRule(at: number): void {
    // The moved rule is drawn at its new place first.
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>(`[data-rule="${at}"]`)?.focus());
  }

  function move(from: number, to: number): void {
    if (to < 0 || to >= rules.length) return;
    change(withMoved(document, RULES, from, to));
    if (open === from) setOpen(to);
    else if (open === to) setOpen(from);
    announce('info', `${nameOf(rules[from], from)} is now rule ${to + 1} of ${rules.length}.`);
    focusRule(to);
  }

  function remove(at: number): void {
    set([...RULES, at], undefined);
    setOpen(null);
    announce('info', `${nameOf(rules[at], at)} was taken out; nothing is saved yet.`);
    focusRule(Math.max(0, at - 1));
  }

  return (
    <section className="rules-part-of-form" aria-label="Rules in order" data-path="rules" tabIndex={-1}>
      <header className="rules-part-head">
        <h2>Rules in order</h2>
        <span className="field-hint">
          The first that matches a row has it. Alt+Up and Alt+Down move a rule.
        </span>
      </header>
      <FaultsAt path={RULES} of="The list" />
      <ol className="rules-list" ref={list}>
        {rules.map((rule, at) => (
          <RuleItem
            // biome-ignore lint/suspicious/noArrayIndexKey: a rule is its place
            key={at}
            rule={rule}
            at={at}
            count={rules.length}
            isOpen={open === at}
            onToggle={() => setOpen(open === at ? null : at)}
            onMove={(to) => move(at, to)}
            onRemove={() => remove(at)}
          />
        ))}
      </ol>
      <AddAction
        label="Add a rule"
        onPress={() => {
          set([...RULES, rules.length], newRule(document));
          setOpen(rules.length);
          focusRule(rules.length);
        }}
      />
    </section>
  );
}

function nameOf(rule: Json | undefined, at: number): string {
  const name = textAt(rule ?? null, ['name']);
  return name === '' ? `Rule ${at + 1}` : `“${name}”`;
}

interface RuleItemProps {
  readonly rule: Json;
  readonly at: number;
  readonly count: number;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  readonly onMove: (to: number) => void;
  readonly onRemove: () => void;
}

function RuleItem({ rule, at, count, isOpen, onToggle, onMove, onRemove }: RuleItemProps) {
  const { faults } = useRuleForm();
  const set = useSet();
  const path = [...RULES, at];
  const name = nameOf(rule, at);
  const isEnabled = valueAt(rule, ['enabled']) !== false;
  const wrong = faultsWithin(faults, path);
  const Icon = isOpen ? ChevronDown : ChevronRight;

  function onKeyDown(event: KeyboardEvent): void {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
    event.preventDefault();
    onMove(event.key === 'ArrowUp' ? at - 1 : at + 1);
  }

  return (
    <li className="rules-rule" data-off={!isEnabled || undefined} data-open={isOpen || undefined}>
      <div className="rules-rule-head">
        <button
          type="button"
          className="rules-rule-title"
          aria-expanded={isOpen}
          aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown"
          data-rule={at}
          data-path={pathName(path)}
          onClick={onToggle}
          onKeyDown={onKeyDown}
        >
          <Icon aria-hidden className="icon" />
          <span className="rules-rule-number">{at + 1}</span>
          <strong className="ellipsis">{textAt(rule, ['name']) || 'unnamed'}</strong>
          <span className="ellipsis quiet-text">{ruleWords(rule)}</span>
          {wrong > 0 && <span className="field-error">{wrong === 1 ? '1 fault' : `${wrong} faults`}</span>}
        </button>
        <Check
          label="Enabled"
          checked={isEnabled}
          onChange={(on) => set([...path, 'enabled'], on ? undefined : false)}
        />
        <IconAction
          label={`Move ${name} up`}
          icon={MOVE_ICONS.up}
          isDisabled={at === 0}
          onPress={() => onMove(at - 1)}
        />
        <IconAction
          label={`Move ${name} down`}
          icon={MOVE_ICONS.down}
          isDisabled={at === count - 1}
          onPress={() => onMove(at + 1)}
        />
        <IconAction label={`Remove ${name}`} icon={MOVE_ICONS.remove} onPress={onRemove} />
      </div>
      <FaultsAt path={path} />
      {isOpen && <RuleFields path={path} />}
    </li>
  );
}
