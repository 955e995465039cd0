/** What a rule puts rows together by: fields, the steps that each goes through, and texts between them. */
import { KEY_FIELDS } from '../../shared/rules.ts';
import { useRuleForm, useSet } from './form-context.ts';
import { AddAction, FaultsAt, IconAction, MOVE_ICONS, TextPart } from './form-controls.tsx';
import { type Json, listAt, type Path, pathName, textAt, valueAt, withMoved } from './rule-document.ts';
import { STEPS } from './rule-words.ts';

type Mode = 'identity' | 'both' | 'each';

const FIRST_KEY: readonly Json[] = ['settlement_id'];

function modeOf(key: Json | undefined): Mode {
  if (Array.isArray(key)) return 'both';
  return typeof key === 'object' && key !== null ? 'each' : 'identity';
}

export function KeyEditor({ path }: { readonly path: Path }) {
  const { document } = useRuleForm();
  const set = useSet();
  const key = valueAt(document, path);
  const mode = modeOf(key);

  function choose(next: string): void {
    const both = mode === 'both' ? listAt(document, path) : listAt(document, [...path, 'etrm']);
    const parts = both.length > 0 ? both : FIRST_KEY;
    if (next === 'identity') set(path, 'identity');
    else set(path, next === 'both' ? parts : { etrm: parts, ledger: parts });
  }

  return (
    <fieldset className="rules-group" data-path={pathName(path)} tabIndex={-1}>
      <legend>Key</legend>
      <label className="field rules-mode">
        <span className="field-label">Rows meet by</span>
        <select className="input" value={mode} onChange={(event) => choose(event.target.value)}>
          <option value="identity">Identity: settlement id, else trade, leg, start, location, charge</option>
          <option value="both">The same fields on both sides</option>
          <option value="each">Fields of each side</option>
        </select>
      </label>
      <FaultsAt path={path} />
      {mode === 'both' && <Parts path={path} label="Parts of the key" />}
      {mode === 'each' && (
        <div className="rules-sides">
          <Parts path={[...path, 'etrm']} label="Of the ETRM" />
          <Parts path={[...path, 'ledger']} label="Of the ledger" />
        </div>
      )}
    </fieldset>
  );
}

function Parts({ path, label }: { readonly path: Path; readonly label: string }) {
  const { document, change } = useRuleForm();
  const set = useSet();
  const parts = listAt(document, path);
  return (
    <section className="rules-parts" aria-label={label} data-path={pathName(path)} tabIndex={-1}>
      <h4>{label}</h4>
      <FaultsAt path={path} />
      <ol>
        {parts.map((part, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a part is its place
          <li key={at} className="rules-part">
            <Part part={part} path={[...path, at]} number={at + 1} />
            <IconAction
              label={`Move part ${at + 1} of the key up`}
              icon={MOVE_ICONS.up}
              isDisabled={at === 0}
              onPress={() => change(withMoved(document, path, at, at - 1))}
            />
            <IconAction
              label={`Remove part ${at + 1} of the key`}
              icon={MOVE_ICONS.remove}
              onPress={() => set([...path, at], undefined)}
            />
          </li>
        ))}
      </ol>
      <AddAction label="Add a field" onPress={() => set([...path, parts.length], 'trade_id')} />
    </section>
  );
}

interface PartProps {
  readonly part: Json;
  readonly path: Path;
  readonly number: number;
}

function Part({ part, path, number }: PartProps) {
  const set = useSet();
  const isText = typeof part === 'object' && valueAt(part, ['text']) !== undefined;
  const field = typeof part === 'string' ? part : textAt(part, ['field']);
  const steps = listAt(part, ['steps']);
  const named = (KEY_FIELDS as readonly string[]).includes(field);

  /** A field without steps is its name alone. */
  function setField(name: string, next: readonly Json[]): void {
    set(path, next.length === 0 ? name : { field: name, steps: next });
  }

  return (
    <div className="rules-part-body">
      <select
        className="input"
        aria-label={`Part ${number} of the key`}
        data-path={pathName(path)}
        value={isText ? '' : field}
        onChange={({ target: { value } }) =>
          value === '' ? set(path, { text: '' }) : setField(value, steps)
        }
      >
        {!isText && !named && <option value={field}>{field}</option>}
        {KEY_FIELDS.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
        <option value="">always the same text</option>
      </select>
      <FaultsAt path={path} />
      {isText ? (
        <TextPart path={[...path, 'text']} label={`Text of part ${number}`} />
      ) : (
        <>
          {steps.map((step, at) => (
            <Step
              // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place
              key={at}
              step={step}
              path={[...path, 'steps', at]}
              label={`Step ${at + 1} of part ${number}`}
              onRemove={() =>
                setField(
                  field,
                  steps.filter((_, other) => other !== at),
                )
              }
            />
          ))}
          <AddAction label="Add a step" onPress={() => setField(field, [...steps, 'trim'])} />
        </>
      )}
    </div>
  );
}

function stepName(step: Json): string {
  return typeof step === 'string' ? step : (Object.keys(step ?? {})[0] ?? '');
}

const FIRST_STEPS: Readonly<Record<string, Json>> = {
  substring: { substring: { from: 1, length: 3 } },
  capture: { capture: '^(\\w+)' },
  remove: { remove: '\\s' },
  day: { day: 'UTC' },
  hour: { hour: 'UTC' },
};

interface StepProps {
  readonly step: Json;
  readonly path: Path;
  readonly label: string;
  readonly onRemove: () => void;
}

function Step({ step, path, label, onRemove }: StepProps) {
  const set = useSet();
  const name = stepName(step);
  return (
    <div className="rules-step">
      <select
        className="input"
        aria-label={label}
        data-path={pathName(path)}
        value={name}
        onChange={({ target: { value } }) => set(path, FIRST_STEPS[value] ?? value)}
      >
        {STEPS.map(([one, words]) => (
          <option key={one} value={one}>
            {words}
          </option>
        ))}
      </select>
      <IconAction label={`Remove ${label.toLowerCase()}`} icon={MOVE_ICONS.remove} onPress={onRemove} />
      <FaultsAt path={path} />
      {name === 'substring' && (
        <div className="rules-fields">
          <TextPart path={[...path, name, 'from']} label="From place" kind="whole" />
          <TextPart path={[...path, name, 'length']} label="Letters" kind="whole" />
        </div>
      )}
      {(name === 'capture' || name === 'remove') && (
        <TextPart
          path={[...path, name]}
          label="Expression"
          hint={
            name === 'capture' ? 'Its first group, or all of what it finds' : 'What it finds is taken out'
          }
        />
      )}
      {(name === 'day' || name === 'hour') && (
        <TextPart path={[...path, name]} label="Time zone" placeholder="America/New_York" />
      )}
    </div>
  );
}
