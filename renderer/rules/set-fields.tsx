/** What a rule set says beside its rules: its name, the ledger's kind, what is pending, categories, conversions. */
import { ALL_BREAK_CATEGORIES, BREAK_CATEGORIES } from '../../shared/recon.ts';
import { STATUSES, VOLUME_UNITS } from '../../shared/settlement.ts';
import { CATEGORY_WORDS } from '../month/break-words.ts';
import { useRuleForm, useSet } from './form-context.ts';
import {
  AddAction,
  Check,
  ChoicePart,
  FaultsAt,
  IconAction,
  MOVE_ICONS,
  SetPart,
  TextPart,
} from './form-controls.tsx';
import { listAt, textAt, valueAt, withMoved, withValue } from './rule-document.ts';
import { LEDGERS } from './rule-words.ts';

const PENDING = ['ESTIMATED', 'DISPUTED', 'VOID'] as const;

export function NameFields({ revisionFor }: { readonly revisionFor: (name: string) => number }) {
  const { document, change } = useRuleForm();
  return (
    <section className="rules-part-of-form" aria-label="Name">
      <div className="rules-fields">
        <TextPart
          path={['name']}
          label="Name of the set"
          hint="Small letters, digits and hyphens"
          onText={(name) =>
            change(withValue(withValue(document, ['name'], name), ['revision'], revisionFor(name)))
          }
        />
        <TextPart path={['revision']} label="Revision" kind="whole" hint="Each save has its own" />
      </div>
      <TextPart path={['description']} label="Description" multiline placeholder="What the set is for" />
    </section>
  );
}

export function SetFields() {
  return (
    <section className="rules-part-of-form" aria-label="Settings of the set">
      <h2>Ledger and pending</h2>
      <div className="rules-fields">
        <ChoicePart path={['ledger']} label="The ledger holds" options={LEDGERS} usual="postings" />
        <TextPart
          path={['not_yet_due_after']}
          label="Not yet due after"
          kind="date"
          placeholder="YYYY-MM-DD"
          hint="Later ones without a posting are pending"
          optional
        />
      </div>
      <SetPart
        path={['pending']}
        legend="Pending, not a break, while the status is"
        options={STATUSES}
        usual={PENDING}
      />
      <Categories />
      <Units />
      <Rates />
    </section>
  );
}

/** In order; what is not ticked is not looked for. */
function Categories() {
  const { document, change } = useRuleForm();
  const set = useSet();
  const path = ['categories'];
  const given = listAt(document, path).filter((one) => typeof one === 'string');
  const chosen: readonly string[] = valueAt(document, path) === undefined ? BREAK_CATEGORIES : given;
  const others = ALL_BREAK_CATEGORIES.filter((category) => !chosen.includes(category));
  const words: Readonly<Record<string, string>> = CATEGORY_WORDS;
  return (
    <fieldset className="rules-group" data-path="categories" tabIndex={-1}>
      <legend>Categories of breaks, the first that applies</legend>
      <FaultsAt path={path} />
      <ol className="rules-categories">
        {chosen.map((category, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: one may wrongly stand there twice
          <li key={`${category} ${at}`}>
            <Check
              label={words[category] ?? category}
              checked
              onChange={() => set(path, chosen.toSpliced(at, 1))}
            />
            <IconAction
              label={`Move ${words[category] ?? category} up`}
              icon={MOVE_ICONS.up}
              isDisabled={at === 0}
              onPress={() => change(withMoved(withValue(document, path, chosen), path, at, at - 1))}
            />
            <IconAction
              label={`Move ${words[category] ?? category} down`}
              icon={MOVE_ICONS.down}
              isDisabled={at === chosen.length - 1}
              onPress={() => change(withMoved(withValue(document, path, chosen), path, at, at + 1))}
            />
            <FaultsAt path={[...path, at]} />
          </li>
        ))}
      </ol>
      <div className="rules-checks">
        {others.map((category) => (
          <Check
            key={category}
            label={CATEGORY_WORDS[category]}
            checked={false}
            onChange={() => set(path, [...chosen, category])}
          />
        ))}
      </div>
    </fieldset>
  );
}

const UNITS = VOLUME_UNITS.map((unit) => [unit, unit] as const);

function Units() {
  const { document } = useRuleForm();
  const set = useSet();
  const units = listAt(document, ['units']);
  return (
    <fieldset className="rules-group" data-path="units" tabIndex={-1}>
      <legend>Units of volume</legend>
      <FaultsAt path={['units']} />
      {units.map((unit, at) => {
        const path = ['units', at];
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a factor is its place
          <div key={at} className="rules-conversion">
            <ChoicePart path={[...path, 'from']} label="From" options={UNITS} />
            <ChoicePart path={[...path, 'to']} label="To" options={UNITS} />
            <TextPart path={[...path, 'factor']} label="Factor" kind="decimal" placeholder="3.412142" />
            <IconAction
              label={`Remove the factor from ${textAt(unit, ['from'])} to ${textAt(unit, ['to'])}`}
              icon={MOVE_ICONS.remove}
              onPress={() => set(path, undefined)}
            />
            <FaultsAt path={path} />
          </div>
        );
      })}
      <AddAction
        label="Add a factor"
        onPress={() => set(['units', units.length], { from: 'MWH', to: 'MMBTU', factor: '3.412142' })}
      />
    </fieldset>
  );
}

function Rates() {
  const { document } = useRuleForm();
  const set = useSet();
  const rates = listAt(document, ['fx']);
  return (
    <fieldset className="rules-group" data-path="fx" tabIndex={-1}>
      <legend>Exchange rates</legend>
      <FaultsAt path={['fx']} />
      {rates.map((rate, at) => {
        const path = ['fx', at];
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a rate is its place
          <div key={at} className="rules-conversion">
            <TextPart path={[...path, 'from']} label="From" placeholder="EUR" />
            <TextPart path={[...path, 'to']} label="To" placeholder="USD" />
            <TextPart path={[...path, 'rate']} label="Rate" kind="decimal" placeholder="1.0843" />
            <TextPart path={[...path, 'source']} label="Source" placeholder="ECB reference rate" />
            <TextPart path={[...path, 'date']} label="Date" kind="date" placeholder="YYYY-MM-DD" />
            <IconAction
              label={`Remove the rate from ${textAt(rate, ['from'])} to ${textAt(rate, ['to'])}`}
              icon={MOVE_ICONS.remove}
              onPress={() => set(path, undefined)}
            />
            <FaultsAt path={path} />
          </div>
        );
      })}
      <AddAction
        label="Add a rate"
        onPress={() => set(['fx', rates.length], { from: '', to: '', rate: '', source: '', date: '' })}
      />
    </fieldset>
  );
}
