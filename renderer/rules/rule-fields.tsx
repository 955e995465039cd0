/** Everything that one rule may say. */
import { COMPARED_FIELDS } from '../../shared/rules.ts';
import { useRuleForm, useSet } from './form-context.ts';
import { Check, ChoicePart, FaultsAt, Group, SetPart, TextPart } from './form-controls.tsx';
import { KeyEditor } from './key-editor.tsx';
import { type Path, valueAt } from './rule-document.ts';
import { KINDS, MODES, OUTCOMES, STAGES, WINDOW_FIELDS } from './rule-words.ts';

const FIRST_DERIVED = { stage: 'interval', mode: 'half-even', decimals: 2 } as const;
const FIRST_WINDOW = { field: 'delivery_start', days_before: 0, days_after: 3 } as const;

export function RuleFields({ path }: { readonly path: Path }) {
  const { document } = useRuleForm();
  const set = useSet();
  const window = [...path, 'window'];
  const hasWindow = valueAt(document, window) !== undefined;
  return (
    <div className="rules-rule-body">
      <div className="rules-fields">
        <TextPart path={[...path, 'name']} label="Name of the rule" />
        <ChoicePart
          path={[...path, 'kind']}
          label="Match kind"
          hint="Settlements to postings; several by their sums"
          options={KINDS}
          usual="N:M"
        />
        <ChoicePart path={[...path, 'outcome']} label="Outcome" options={OUTCOMES} usual="automatic" />
      </div>
      <KeyEditor path={[...path, 'key']} />
      <ToleranceFields path={[...path, 'tolerance']} legend="Tolerance of the amount" />
      <ToleranceFields path={[...path, 'volume_tolerance']} legend="Tolerance of the volume" />
      <Group legend="Date window">
        <Check
          label="The posting may lie some days before or after"
          checked={hasWindow}
          onChange={(on) => set(window, on ? FIRST_WINDOW : undefined)}
        />
        {hasWindow && (
          <div className="rules-fields">
            <ChoicePart path={[...window, 'field']} label="Date" options={WINDOW_FIELDS} />
            <TextPart path={[...window, 'days_before']} label="Days before" kind="whole" />
            <TextPart path={[...window, 'days_after']} label="Days after" kind="whole" />
          </div>
        )}
        <FaultsAt path={window} />
      </Group>
      <SetPart
        path={[...path, 'ignore']}
        legend="May differ"
        hint="A difference in a ticked field does not matter to this rule"
        options={COMPARED_FIELDS}
      />
    </div>
  );
}

/** The largest of what is given is allowed. */
function ToleranceFields({ path, legend }: { readonly path: Path; readonly legend: string }) {
  const { document } = useRuleForm();
  const set = useSet();
  const derived = [...path, 'derived'];
  const isDerived = valueAt(document, derived) !== undefined;
  return (
    <Group legend={legend}>
      <div className="rules-fields">
        <TextPart path={[...path, 'absolute']} label="Absolute" kind="decimal" placeholder="none" optional />
        <TextPart path={[...path, 'percent']} label="Per cent" kind="decimal" placeholder="none" optional />
      </div>
      <Check
        label="Derived from how amounts were rounded"
        checked={isDerived}
        onChange={(on) => set(derived, on ? FIRST_DERIVED : undefined)}
      />
      {isDerived && (
        <div className="rules-fields">
          <ChoicePart path={[...derived, 'stage']} label="Rounded at" options={STAGES} />
          <ChoicePart path={[...derived, 'mode']} label="Rounding" options={MODES} />
          <TextPart path={[...derived, 'decimals']} label="Decimals" kind="whole" placeholder="2" optional />
        </div>
      )}
      <FaultsAt path={path} />
    </Group>
  );
}
