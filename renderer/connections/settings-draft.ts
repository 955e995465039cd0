/** Connection settings as they are being typed: text, empty where the usual value holds. */
import {
  type ConnectionSettings,
  checkSettings,
  isSettingName,
  NUMBER_SETTINGS,
  SETTING_NAMES,
  type SettingName,
} from '../../shared/connection-settings.ts';

export const PROXY_KINDS = ['environment', 'none', 'address'] as const;
export type ProxyKind = (typeof PROXY_KINDS)[number];

export interface SettingsDraft {
  readonly texts: Readonly<Partial<Record<SettingName, string>>>;
  /** Whether the text of `proxy` counts. */
  readonly proxyKind: ProxyKind;
}

export type SettingErrors = Readonly<Partial<Record<SettingName, string>>>;

/** A list that is set and holds nothing. */
const NOTHING = 'none';

export const NO_SETTINGS: SettingsDraft = { texts: {}, proxyKind: 'environment' };

export function settingsDraftOf(settings: ConnectionSettings): SettingsDraft {
  const { proxy = 'environment', ...others } = settings;
  const isKind = proxy === 'environment' || proxy === 'none';
  const entries = Object.entries({ ...others, ...(!isKind && { proxy }) });
  return {
    texts: Object.fromEntries(
      entries.map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(', ') || NOTHING : String(value),
      ]),
    ),
    proxyKind: isKind ? proxy : 'address',
  };
}

/** A number where the text is one; what is no number stays text, for the check to refuse. */
function numberIn(text: string): unknown {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

function valueIn(name: SettingName, text: string): unknown {
  const pieces = (): readonly string[] =>
    text === NOTHING ? [] : text.split(/[\s,]+/).filter((piece) => piece !== '');
  if (Object.hasOwn(NUMBER_SETTINGS, name)) return numberIn(text);
  if (name === 'retry_statuses' || name === 'retry_after_statuses') return pieces().map(numberIn);
  return name === 'proxy_bypass' ? pieces() : text;
}

/** What goes on from a setting's name in a message, as it stands below its field. */
export function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}`;
}

/** What the draft comes to, or what is wrong with each of its settings. */
export function checkDraft(
  draft: SettingsDraft,
):
  | { readonly ok: true; readonly settings: ConnectionSettings }
  | { readonly ok: false; readonly errors: SettingErrors } {
  const values: Partial<Record<SettingName, unknown>> = {};
  for (const name of SETTING_NAMES) {
    const text = draft.texts[name]?.trim() ?? '';
    if (text !== '' && name !== 'proxy') values[name] = valueIn(name, text);
  }
  if (draft.proxyKind === 'none') {
    values.proxy = 'none';
    delete values.proxy_bypass;
  }
  if (draft.proxyKind === 'address') values.proxy = draft.texts.proxy?.trim() ?? '';
  const checked = checkSettings(values);
  if (checked.ok) return checked;
  const errors: Partial<Record<SettingName, string>> = {};
  for (const { name, message } of checked.problems) {
    if (isSettingName(name)) errors[name] = sentence(message);
  }
  return { ok: false, errors };
}
