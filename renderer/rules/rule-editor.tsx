import { useRef, useState } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components/Tabs';
import type { RuleTextFault } from '../../shared/rule-channels.ts';
import type { ListedRules } from '../../shared/rules.ts';
import { Notice } from '../ui/notice.tsx';
import { counted } from '../ui/quantity.ts';
import { DifferenceTable } from './difference-table.tsx';
import { RuleFormContext } from './form-context.ts';
import { documentText, type JsonObject, pathName, pathOf, readDocument } from './rule-document.ts';
import { RuleList } from './rule-list.tsx';
import { asNewRevision, nextRevision } from './rule-revisions.ts';
import { NameFields, SetFields } from './set-fields.tsx';

/** Of a name or revision that is taken there is no place in the text. */
type ShownFault = Pick<RuleTextFault, 'path' | 'message'> & Partial<Pick<RuleTextFault, 'line' | 'column'>>;

interface RuleEditorProps {
  /** The one document; the form and the text are two views of it. */
  readonly text: string;
  readonly stored: string;
  readonly saved: readonly ListedRules[];
  readonly faults: readonly ShownFault[];
  readonly onChange: (text: string) => void;
}

const TABS = ['form', 'json', 'changes'] as const;
type EditorTab = (typeof TABS)[number];

/** What the check calls a text as a whole. */
const WHOLE = 'the rule set';

export function RuleEditor({ text, stored, saved, faults, onChange }: RuleEditorProps) {
  const [tab, setTab] = useState<EditorTab>('form');
  const [openRule, setOpenRule] = useState<number | null>(0);
  const area = useRef<HTMLTextAreaElement>(null);
  const form = useRef<HTMLDivElement>(null);
  const document = readDocument(text);
  const before = readDocument(stored);

  /** The first change of a saved set makes it the next revision of its name. */
  function change(next: JsonObject): void {
    const isFirst = text === stored && before !== null;
    onChange(documentText(isFirst ? asNewRevision(next, saved) : next));
  }

  /** To what is wrong, in the view that is shown. */
  function go(fault: ShownFault): void {
    if (tab === 'json' || document === null) {
      setTab('json');
      requestAnimationFrame(() => select(area.current, fault));
      return;
    }
    setTab('form');
    const path = pathOf(fault.path);
    if (path[0] === 'rules' && typeof path[1] === 'number') setOpenRule(path[1]);
    requestAnimationFrame(() => focusNearest(form.current, path));
  }

  return (
    <section className="rules-editing" aria-label="Rule set">
      {faults.length > 0 && <FaultList faults={faults} onGo={go} />}
      <Tabs
        className="tabs"
        selectedKey={tab}
        onSelectionChange={(key) => setTab(TABS.find((name) => name === key) ?? 'form')}
      >
        <TabList className="tab-list" aria-label="The rule set in detail">
          <Tab id="form" className="tab">
            Form
          </Tab>
          <Tab id="json" className="tab">
            JSON
          </Tab>
          <Tab id="changes" className="tab">
            Changes
          </Tab>
        </TabList>
        <TabPanel id="form" className="tab-panel rules-scrolled">
          {document === null ? (
            <Notice tone="warn">
              The text is no JSON object, so there is no form of it. Correct it as JSON; the form then shows
              it.
            </Notice>
          ) : (
            <RuleFormContext value={{ document, faults, change }}>
              <div ref={form} className="rules-form">
                <NameFields revisionFor={(name) => nextRevision(saved, name)} />
                <RuleList open={openRule} onOpen={setOpenRule} />
                <SetFields />
              </div>
            </RuleFormContext>
          )}
        </TabPanel>
        <TabPanel id="json" className="tab-panel rules-json">
          <textarea
            ref={area}
            className="input rules-area"
            aria-label="Rule set, as JSON"
            aria-invalid={faults.length > 0}
            spellCheck={false}
            value={text}
            onChange={(event) => onChange(event.target.value)}
          />
        </TabPanel>
        <TabPanel id="changes" className="tab-panel rules-scrolled">
          {document === null || before === null ? (
            <p className="quiet-text">The text is no JSON object; nothing can be compared.</p>
          ) : (
            <DifferenceTable before={before} after={document} label="Changes that are not saved" />
          )}
        </TabPanel>
      </Tabs>
    </section>
  );
}

function select(area: HTMLTextAreaElement | null, { line, column }: ShownFault): void {
  if (!area || line === undefined || column === undefined) return;
  const start = area.value
    .split('\n')
    .slice(0, line - 1)
    .reduce((sum, one) => sum + one.length + 1, column - 1);
  area.focus();
  area.setSelectionRange(start, start + 1);
}

/** The control of a place, or the nearest one around it. */
function focusNearest(form: HTMLElement | null, path: readonly (string | number)[]): void {
  for (let length = path.length; length > 0; length -= 1) {
    const name = pathName(path.slice(0, length));
    const found = form?.querySelector<HTMLElement>(
      `:is(input, select, textarea, button, fieldset, section)[data-path="${CSS.escape(name)}"]`,
    );
    if (!found) continue;
    found.focus();
    found.scrollIntoView({ block: 'nearest' });
    return;
  }
}

interface FaultListProps {
  readonly faults: readonly ShownFault[];
  readonly onGo: (fault: ShownFault) => void;
}

function FaultList({ faults, onGo }: FaultListProps) {
  return (
    <Notice tone="bad">
      {counted(faults.length, 'fault')}; nothing is saved or tried before they are gone.
      <ul className="rules-faults" aria-label="Faults">
        {faults.map((fault) => {
          const { line, column, path, message } = fault;
          return (
            <li key={`${line}:${column} ${path} ${message}`}>
              <button type="button" className="rules-fault" onClick={() => onGo(fault)}>
                {line !== undefined && (
                  <span className="quiet-text">
                    {line}:{column}
                  </span>
                )}{' '}
                <code>{path === WHOLE ? 'the text' : path}</code> {message}
              </button>
            </li>
          );
        })}
      </ul>
    </Notice>
  );
}
