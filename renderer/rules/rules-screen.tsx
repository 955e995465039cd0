import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { FlaskConical, Save, Scale, X } from 'lucide-react';
import { useState } from 'react';
import { Label } from 'react-aria-components/Label';
import { TextArea } from 'react-aria-components/TextArea';
import { TextField } from 'react-aria-components/TextField';
import type { Month } from '../../shared/month.ts';
import type { ListedRules } from '../../shared/rules.ts';
import { answered, bridge } from '../bridge.ts';
import type { Selection } from '../frame/selection-text.ts';
import { shownMonth } from '../frame/shown-month.ts';
import { SHORTCUTS } from '../month/actions.ts';
import { monthsQuery } from '../month/queries.ts';
import { KEYS } from '../query-keys.ts';
import { ActionButton } from '../ui/action-button.tsx';
import { useAnnounce } from '../ui/announcements.tsx';
import { useDebounced } from '../ui/debounced.ts';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { MonthField } from '../ui/month-field.tsx';
import { DryRunResult } from './dry-run-result.tsx';
import { MatchesPane } from './matches-pane.tsx';
import { monthRulesQuery, ruleFaultsQuery, rulesQuery, ruleTextQuery } from './queries.ts';
import './rules.css';
import { WaterfallPane } from './waterfall-pane.tsx';

interface RulesScreenProps {
  readonly selection: Selection;
  readonly onSelect: (change: Partial<Selection>) => void;
}

/** Rule sets: written, checked, tried on a month, saved; and what the newest reconciliation made of them. */
export function RulesScreen({ selection, onSelect }: RulesScreenProps) {
  const months = useQuery(monthsQuery);
  const saved = useQuery(rulesQuery);
  const [chosen, setChosen] = useState('default');
  const month = shownMonth(selection.month, months.data ?? []);
  if (months.isPending || saved.isPending || month === null)
    return <main className="screen" aria-label="Rules" aria-busy="true" />;
  return (
    <main className="screen rules" aria-label="Rules">
      <header className="screen-head">
        <h1>Rules</h1>
        <MonthField
          value={month}
          known={months.data ?? []}
          onChange={(next) => onSelect({ month: next })}
          previousShortcut={SHORTCUTS.previousMonth}
          nextShortcut={SHORTCUTS.nextMonth}
        />
      </header>
      {saved.error && <ErrorNotice error={saved.error} onRetry={() => void saved.refetch()} />}
      <div className="rules-columns">
        <section className="rules-editing" aria-label="Rule set">
          <RuleHistory saved={saved.data ?? []} chosen={chosen} onChoose={setChosen} />
          <RuleEditor key={chosen} wanted={chosen} month={month} onSaved={setChosen} />
        </section>
        <MonthResult month={month} />
      </div>
    </main>
  );
}

interface RuleHistoryProps {
  readonly saved: readonly ListedRules[];
  readonly chosen: string;
  readonly onChoose: (wanted: string) => void;
}

function RuleHistory({ saved, chosen, onChoose }: RuleHistoryProps) {
  return (
    <ul className="rules-history" aria-label="Saved rule sets">
      {saved.map(({ name, revision, sha256, savedAt, actor }) => {
        const wanted = savedAt === null ? name : sha256;
        const isChosen = wanted === chosen || name === chosen;
        return (
          <li key={sha256}>
            <button
              type="button"
              className="rules-revision"
              aria-current={isChosen ? 'true' : undefined}
              title={sha256}
              onClick={() => onChoose(wanted)}
            >
              <strong>{name}</strong> revision {revision}
              <span className="quiet">{savedAt === null ? 'built in' : `${savedAt} by ${actor}`}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

interface RuleEditorProps {
  readonly wanted: string;
  readonly month: Month;
  readonly onSaved: (name: string) => void;
}

function RuleEditor({ wanted, month, onSaved }: RuleEditorProps) {
  const stored = useQuery(ruleTextQuery(wanted));
  const [edited, setEdited] = useState<string | null>(null);
  const announce = useAnnounce();
  const client = useQueryClient();
  const text = edited ?? stored.data ?? '';
  const settled = useDebounced(text, 300);
  const faults = useQuery({ ...ruleFaultsQuery(settled), enabled: settled !== '' });
  const trial = useMutation({
    mutationFn: () => answered(bridge()['rules.dryRun']({ month, text })),
  });
  const saving = useMutation({
    mutationFn: () => answered(bridge()['rules.save']({ text })),
    onSuccess: async ({ name }) => {
      await client.invalidateQueries({ queryKey: [KEYS.rules] });
      announce('ok', `Saved the rule set "${name}".`);
      onSaved(name);
    },
  });
  const reconciling = useMutation({
    mutationFn: () => answered(bridge()['recon.start']({ month, connection: null, rules: wanted })),
    onError: (error) => announce('bad', error.message),
  });
  if (stored.error) return <ErrorNotice error={stored.error} onRetry={() => void stored.refetch()} />;
  const found = faults.data ?? [];
  const isReady = settled === text && faults.isSuccess && found.length === 0;
  const failed = trial.error ?? saving.error;
  return (
    <>
      <TextField
        className="field rules-text"
        value={text}
        onChange={setEdited}
        isInvalid={found.length > 0}
        spellCheck="false"
      >
        <Label className="field-label">Rule set, as JSON</Label>
        <TextArea className="input rules-area" />
      </TextField>
      {found.length > 0 && (
        <ul className="rules-faults" aria-label="Faults">
          {found.map(({ line, column, path, message }) => (
            <li key={`${line}:${column} ${path} ${message}`}>
              <span className="quiet">
                {line}:{column}
              </span>{' '}
              <code>{path}</code> {message}
            </li>
          ))}
        </ul>
      )}
      <div className="rules-actions">
        {trial.isPending ? (
          <ActionButton
            label="Cancel"
            hint="End the dry run"
            icon={X}
            onPress={() => void answered(bridge()['rules.stop']())}
          />
        ) : (
          <ActionButton
            label="Dry run"
            hint={`Show what these rules would change of ${month}; nothing is kept`}
            icon={FlaskConical}
            isDisabled={!isReady}
            onPress={() => trial.mutate()}
          />
        )}
        <ActionButton
          label="Save"
          hint="Keep these rules under their name and revision"
          icon={Save}
          primary
          isDisabled={!isReady || edited === null || saving.isPending}
          onPress={() => saving.mutate()}
        />
        <ActionButton
          label="Reconcile by it"
          hint={`Reconcile ${month} by the saved rule set`}
          icon={Scale}
          isDisabled={edited !== null || reconciling.isPending}
          onPress={() => reconciling.mutate()}
        />
        {trial.isPending && <span role="status">Trying the rules on {month}…</span>}
      </div>
      {failed && failed.code !== 'cancelled' && <ErrorNotice error={failed} />}
      {trial.data && !trial.isPending && <DryRunResult found={trial.data} />}
    </>
  );
}

function MonthResult({ month }: { readonly month: Month }) {
  const result = useQuery(monthRulesQuery(month));
  if (result.error) return <ErrorNotice error={result.error} onRetry={() => void result.refetch()} />;
  if (!result.data) return <section className="rules-result" aria-busy="true" aria-label="Month" />;
  const { name, waterfall, matches } = result.data;
  return (
    <section className="rules-result" aria-label="Month">
      <p className="quiet">
        {waterfall === null
          ? `${month} was not reconciled yet.`
          : `The newest reconciliation of ${month} went by the rule set "${name ?? ''}".`}
      </p>
      {waterfall !== null && <WaterfallPane waterfall={waterfall} />}
      <MatchesPane month={month} matches={matches} />
    </section>
  );
}
