import { useMutation, useQuery } from '@tanstack/react-query';
import { FlaskConical, RotateCcw, Save, Scale } from 'lucide-react';
import { useState } from 'react';
import type { DryRun, ListedRules } from '../../shared/rules.ts';
import type { MonthProps } from '../frame/shown-month.ts';
import { SHORTCUTS } from '../month/actions.ts';
import { runningJob } from '../month/month-jobs.ts';
import { jobsQuery } from '../month/queries.ts';
import { ActionButton } from '../ui/action-button.tsx';
import { useAnnounce } from '../ui/announcements.tsx';
import { useDebounced } from '../ui/debounced.ts';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { MonthField } from '../ui/month-field.tsx';
import { AskedLine, JobLine } from '../ui/progress-line.tsx';
import { Split } from '../ui/split.tsx';
import { localTime } from '../ui/zoned-time.ts';
import { reconcileBy, ruleFaultsQuery, rulesQuery, ruleTextQuery, saveRules, tryRules } from './queries.ts';
import { ResultPane, type ResultTab } from './result-pane.tsx';
import { readDocument, textAt } from './rule-document.ts';
import { useRuleDrafts } from './rule-drafts.ts';
import { RuleEditor } from './rule-editor.tsx';
import { BUILT_IN, revisionFaults } from './rule-revisions.ts';
import './rules.css';

/** Rule sets: changed in a form or as JSON, tried on a month, saved; and what the newest reconciliation made of them. */
export function RulesScreen(props: MonthProps) {
  const { data: saved, error, refetch } = useQuery(rulesQuery);
  const [chosen, setChosen] = useState(BUILT_IN);
  if (error)
    return (
      <main className="screen rules" aria-label="Rules">
        <ErrorNotice error={error} onRetry={() => void refetch()} />
      </main>
    );
  if (!saved) return <main className="screen" aria-label="Rules" aria-busy="true" />;
  const wanted = saved.some((set) => wantedOf(set) === chosen) ? chosen : BUILT_IN;
  return <Rules {...props} saved={saved} wanted={wanted} onChoose={setChosen} />;
}

/** By what a set is asked for: the built-in one by its name, a saved one by its hash. */
function wantedOf({ name, sha256, savedAt }: ListedRules): string {
  return savedAt === null ? name : sha256;
}

interface RulesProps extends MonthProps {
  readonly saved: readonly ListedRules[];
  readonly wanted: string;
  readonly onChoose: (wanted: string) => void;
}

/** How long typing settles before the whole is checked. */
const SETTLE_MS = 250;

function Rules({ month, known, onMonth, saved, wanted, onChoose }: RulesProps) {
  const announce = useAnnounce();
  const stored = useQuery(ruleTextQuery(wanted));
  const { drafts, keep } = useRuleDrafts();
  const jobs = useQuery(jobsQuery);
  const [tab, setTab] = useState<ResultTab>('month');
  const [tried, setTried] = useState<{ readonly text: string; readonly found: DryRun } | null>(null);
  const text = drafts[wanted] ?? stored.data ?? '';
  const isChanged = stored.data !== undefined && text !== stored.data;
  const settled = useDebounced(text, SETTLE_MS);
  const checked = useQuery({ ...ruleFaultsQuery(settled), enabled: settled !== '' });
  const document = readDocument(text);
  const named = isChanged && document !== null ? revisionFaults(document, saved) : [];
  const faults = [...named, ...(checked.data ?? [])];
  const isSound = settled === text && checked.isSuccess && checked.data.length === 0;
  const trial = useMutation({
    ...tryRules,
    onSuccess: (found, asked) => setTried({ text: asked.text, found }),
  });
  const saving = useMutation({
    ...saveRules,
    async onSuccess(done, given, result, context) {
      await saveRules.onSuccess?.(done, given, result, context);
      keep(wanted, null);
      onChoose(done.sha256);
      announce('ok', `Saved the rule set "${done.name}".`);
    },
  });
  const reconciling = useMutation({ ...reconcileBy, onError: (error) => announce('bad', error.message) });
  const running = runningJob(jobs.data ?? [], month);
  const failed = trial.error ?? saving.error;
  const [name, revision] =
    document === null ? ['', ''] : [textAt(document, ['name']), textAt(document, ['revision'])];

  function change(next: string): void {
    keep(wanted, next === stored.data ? null : next);
  }

  return (
    <main className="screen rules" aria-label="Rules">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is no toolbar */}
      <div className="toolbar" role="group" aria-label="Month and rule set">
        <MonthField
          value={month}
          onChange={onMonth}
          known={known}
          previousShortcut={SHORTCUTS.previousMonth}
          nextShortcut={SHORTCUTS.nextMonth}
        />
        <label className="field-label inline rules-picker">
          Rule set{' '}
          <select className="input" value={wanted} onChange={(event) => onChoose(event.target.value)}>
            {saved.map((set) => (
              <option key={set.sha256} value={wantedOf(set)}>
                {set.name} {set.revision}
                {set.savedAt === null ? ', built in' : `, ${localTime(set.savedAt)}`}
                {drafts[wantedOf(set)] === undefined ? '' : ', changed'}
              </option>
            ))}
          </select>
        </label>
        {isChanged && (
          <ActionButton
            label="Undo all"
            hint="Back to what is saved"
            icon={RotateCcw}
            iconOnly
            onPress={() => keep(wanted, null)}
          />
        )}
        <span className="spacer" />
        <ActionButton
          label="Dry run"
          hint={`Show what these rules would change of ${month}; nothing is kept`}
          icon={FlaskConical}
          isDisabled={!isSound || trial.isPending}
          onPress={() => {
            setTab('trial');
            trial.mutate({ month, text });
          }}
        />
        <ActionButton
          label={isChanged && name !== '' ? `Save as ${name} ${revision}` : 'Save'}
          hint="Keep these rules under their name, as a new revision"
          icon={Save}
          primary
          isDisabled={!isSound || !isChanged || named.length > 0}
          isPending={saving.isPending}
          onPress={() => saving.mutate(text)}
        />
        <ActionButton
          label="Reconcile by it"
          hint={isChanged ? 'Save the rules first' : `Reconcile ${month} by this rule set`}
          icon={Scale}
          isDisabled={isChanged || running !== null}
          isPending={reconciling.isPending}
          onPress={() => reconciling.mutate({ month, rules: wanted })}
        />
      </div>
      <div className="rules-news">
        <AskedLine label="dry-run" what={`Trying the rules on ${month}`} />
        {running && <JobLine job={running} />}
        {stored.error && <ErrorNotice error={stored.error} onRetry={() => void stored.refetch()} />}
        {checked.error && <ErrorNotice error={checked.error} onRetry={() => void checked.refetch()} />}
        {failed && failed.code !== 'cancelled' && (
          <ErrorNotice
            error={failed}
            onDismiss={() => {
              trial.reset();
              saving.reset();
            }}
          />
        )}
      </div>
      <Split label="Resize what the rules make" initial={48}>
        {stored.data === undefined ? (
          <section className="rules-editing" aria-busy="true" aria-label="Rule set" />
        ) : (
          <RuleEditor
            key={wanted}
            text={text}
            stored={stored.data}
            saved={saved}
            faults={faults}
            onChange={change}
          />
        )}
        <ResultPane
          month={month}
          tab={tab}
          onTab={setTab}
          trial={tried?.found ?? null}
          isTrying={trial.isPending}
          isOld={tried !== null && tried.text !== text}
          saved={saved}
          wanted={wanted}
          onChoose={onChoose}
        />
      </Split>
    </main>
  );
}
