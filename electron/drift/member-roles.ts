/** What the members of a vendor's record are needed for, by a profile: what decides how grave a drift is. */
import { currency, oneOf, zoneReader } from '../ingest/field-types.ts';
import type { FieldMapping, MemberPath, RecordMapping } from '../ingest/mapping.ts';
import type { FieldNeed, FieldType, RecordSchema } from '../ingest/record-schema.ts';
import type { ObservedKind } from '../ingest/schema-observed.ts';

/** One use of a member. */
interface MemberRole {
  readonly need: FieldNeed;
  /** Kinds that can be read; another makes the field ill-typed. */
  readonly kinds: ReadonlySet<ObservedKind>;
  /** Numbers with a fraction or an exponent are another type than integers. */
  readonly integersOnly: boolean;
  /** Whether a code is one that is read; null where the member holds none. */
  readonly knows: ((code: string) => boolean) | null;
}

export interface MemberRoles {
  /** None where no field is made from the member. */
  of(member: string): readonly MemberRole[];
  /** Of a member that the profile tells us to leave alone nothing is reported. */
  ignores(member: string): boolean;
}

const TEXT: readonly ObservedKind[] = ['string'];
const NUMBERS: readonly ObservedKind[] = ['integer', 'number'];
const SCALARS: readonly ObservedKind[] = ['string', 'integer', 'number', 'boolean'];

function kindsOf(type: FieldType, mapping: FieldMapping): readonly ObservedKind[] {
  // Codes that the profile translates may be written as any scalar.
  if (mapping.values !== null) return SCALARS;
  switch (type.kind) {
    case 'integer':
      return ['integer'];
    case 'decimal':
      return [...NUMBERS, ...TEXT];
    case 'instant':
    case 'day':
      return mapping.form === null ? TEXT : [...TEXT, ...NUMBERS];
    default:
      return TEXT;
  }
}

function readerOf(type: FieldType) {
  switch (type.kind) {
    case 'enumeration':
      return oneOf(type.names);
    case 'currency':
      return currency;
    case 'zone':
      return zoneReader();
    default:
      return null;
  }
}

function knownCodes(type: FieldType, { values }: FieldMapping): ((code: string) => boolean) | null {
  const reader = readerOf(type);
  if (reader === null) return null;
  const translated = new Map(
    Object.entries(values ?? {}).map(([code, value]) => [code.trim().toUpperCase(), value]),
  );
  return (code) => reader({ kind: 'string', value: translated.get(code) ?? code }).ok;
}

function firstName(path: MemberPath): string | undefined {
  return typeof path === 'string' ? path : path[0];
}

function isNested(path: MemberPath): boolean {
  return typeof path !== 'string' && path.length > 1;
}

const NESTED: Pick<MemberRole, 'kinds' | 'integersOnly' | 'knows'> = {
  kinds: new Set<ObservedKind>(['object']),
  integersOnly: false,
  knows: null,
};
const SCALAR: Pick<MemberRole, 'kinds' | 'integersOnly' | 'knows'> = {
  kinds: new Set(SCALARS),
  integersOnly: false,
  knows: null,
};

export function memberRoles(schema: RecordSchema, mapping: RecordMapping): MemberRoles {
  const roles = new Map<string, MemberRole[]>();
  const add = (path: MemberPath, role: MemberRole): void => {
    const member = firstName(path);
    if (member === undefined) return;
    const known = roles.get(member);
    if (known) known.push(role);
    else roles.set(member, [role]);
  };
  for (const { name, type, need } of schema.fields) {
    const from = mapping.fields.get(name);
    if (from?.from == null) continue;
    if (isNested(from.from)) {
      add(from.from, { ...NESTED, need });
      continue;
    }
    add(from.from, {
      need,
      kinds: new Set(kindsOf(type, from)),
      integersOnly: type.kind === 'integer',
      knows: knownCodes(type, from),
    });
  }
  const { delivery } = mapping;
  if (delivery !== null) {
    for (const [path, need] of [
      [delivery.date, 'required'],
      [delivery.label, 'required'],
      [delivery.flag, 'optional'],
    ] as const) {
      if (path !== null) add(path, { ...(isNested(path) ? NESTED : SCALAR), need });
    }
  }
  const ignored = new Set(mapping.ignored);
  return { of: (member) => roles.get(member) ?? [], ignores: (member) => ignored.has(member) };
}
