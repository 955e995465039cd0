/** A run's records held against the accepted schema: every difference by member, with its severity. */
import type { DriftFinding, DriftKind, DriftSeverity } from '../../shared/drift.ts';
import {
  countAbove,
  type FieldObserved,
  firstOf,
  type ObservedKind,
  type Occurrence,
  presentIn,
} from '../ingest/schema-observed.ts';
import { type BaselineMember, isNumeric, kindsSeen, type SchemaBaseline } from './baseline.ts';
import type { MemberRoles } from './member-roles.ts';
import { acceptedSize, type FirstPlaces, type RunSeen, SIZES, type Size, sizesIn } from './run-seen.ts';

/** The aspect of all members, or all codes, past those that are told apart. */
export const OTHERS = 'more';
const OTHER_MEMBERS = '*';

const SIZE_WORDS: Readonly<Record<Size, string>> = {
  length: 'characters',
  'integer-digits': 'digits before the point',
  'fraction-digits': 'digits behind the point',
};

const GRAVITY: Readonly<Record<DriftSeverity, number>> = { breaking: 0, warning: 1, info: 2 };

const LISTED = 120;

function listed(names: readonly string[]): string {
  const text = names.join(', ');
  return text === '' ? 'none' : text.length > LISTED ? `${text.slice(0, LISTED)}…` : text;
}

function kindsInWords(kinds: readonly ObservedKind[], nullable: boolean): string {
  const words = [...kinds, ...(nullable ? ['null'] : [])];
  return words.length === 0 ? 'nothing' : words.join(' or ');
}

/** The gravest of what a drift is to each field that is made from the member; nothing is made from most that are new. */
function gravest(each: readonly DriftSeverity[]): DriftSeverity {
  return each.reduce<DriftSeverity>((worst, one) => (GRAVITY[one] < GRAVITY[worst] ? one : worst), 'info');
}

class Comparison {
  readonly findings: DriftFinding[] = [];
  readonly #seen: RunSeen;
  readonly #roles: MemberRoles;

  constructor(seen: RunSeen, roles: MemberRoles) {
    this.#seen = seen;
    this.#roles = roles;
  }

  #found(
    field: string,
    kind: DriftKind,
    aspect: string,
    severity: DriftSeverity,
    words: { readonly expected: string; readonly seen: string },
    where: {
      readonly count: number;
      readonly page: number | null;
      readonly index: number | null;
      readonly sample: string | null;
    },
  ): void {
    this.findings.push({
      field,
      kind,
      aspect,
      severity,
      ...words,
      count: where.count,
      firstPage: where.page,
      firstIndex: where.index,
      sample: where.sample,
    });
  }

  added(name: string, field: FieldObserved): void {
    const first = firstOf(field);
    if (first === null) return;
    const seen = kindsInWords(kindsSeen(field), field.kinds.null !== null);
    const sample = kindsSeen(field)
      .map((kind) => field.kinds[kind]?.sample ?? null)
      .find((text) => text !== null);
    this.#found(
      name,
      'added',
      '',
      'info',
      { expected: 'absent', seen },
      { ...first, count: presentIn(field), sample: sample ?? null },
    );
  }

  others(others: Occurrence): void {
    this.#found(
      OTHER_MEMBERS,
      'added',
      OTHERS,
      'warning',
      { expected: 'absent', seen: 'more members than are told apart' },
      others,
    );
  }

  absent(member: BaselineMember): void {
    const { run, firstPage } = this.#seen;
    this.#found(
      member.name,
      'missing',
      'all',
      this.#lost(member.name),
      { expected: kindsInWords(member.kinds, member.nullable), seen: 'absent' },
      { count: run.records, page: firstPage, index: firstPage === null ? null : 0, sample: null },
    );
  }

  member(member: BaselineMember, field: FieldObserved): void {
    const places = this.#seen.places.get(member.name);
    const present = presentIn(field);
    const { records } = this.#seen.run;
    if (member.always && present < records) {
      this.#found(
        member.name,
        'missing',
        'some',
        this.#lost(member.name),
        { expected: 'in every record', seen: 'absent' },
        { count: records - present, page: places?.absent ?? null, index: null, sample: null },
      );
    }
    this.#kinds(member, field);
    if (field.kinds.null !== null && !member.nullable) {
      const expected = kindsInWords(member.kinds, false);
      this.#found(
        member.name,
        'null',
        '',
        this.#lost(member.name),
        { expected, seen: 'null' },
        field.kinds.null,
      );
    }
    this.#values(member, field);
    if (places) this.#sizes(member, field, places);
  }

  /** Absent or null: a required field makes a dead letter, another takes its default or stays empty. */
  #lost(name: string): DriftSeverity {
    return gravest(this.#roles.of(name).map(({ need }) => (need === 'required' ? 'breaking' : 'warning')));
  }

  #kinds(member: BaselineMember, field: FieldObserved): void {
    for (const kind of kindsSeen(field)) {
      if (member.kinds.includes(kind) || !this.#isOtherType(member, kind)) continue;
      const severity = gravest(
        this.#roles.of(member.name).map(({ need, kinds }) => {
          const readable = kinds.has(kind) && (kind !== 'string' || !kinds.has('number') || isNumeric(field));
          if (readable) return 'info';
          return need === 'optional' ? 'warning' : 'breaking';
        }),
      );
      const seen = field.kinds[kind];
      if (seen === null) continue;
      const expected = kindsInWords(member.kinds, member.nullable);
      this.#found(member.name, 'type', kind, severity, { expected, seen: kind }, seen);
    }
  }

  /** `25` beside `25.5` is one type, except where only integers can be read. A member that was always null has none. */
  #isOtherType({ name, kinds }: BaselineMember, kind: ObservedKind): boolean {
    if (kind === 'integer') return !kinds.includes('number');
    if (kind !== 'number' || !kinds.includes('integer')) return true;
    return this.#roles.of(name).some(({ integersOnly }) => integersOnly);
  }

  #values(member: BaselineMember, field: FieldObserved): void {
    if (member.values === null || member.more_values || field.values === null) return;
    const accepted = new Set(member.values);
    const expected = listed(member.values);
    const roles = this.#roles.of(member.name);
    for (const [value, occurrence] of field.values) {
      if (accepted.has(value)) continue;
      const severity = gravest(
        roles.map(({ need, knows }) => {
          if (knows === null || knows(value)) return 'info';
          return need === 'optional' ? 'warning' : 'breaking';
        }),
      );
      this.#found(
        member.name,
        'value',
        value,
        severity,
        { expected, seen: value === '' ? 'blank' : value },
        occurrence,
      );
    }
    if (field.moreValues !== null) {
      const seen = 'more codes than are told apart';
      this.#found(member.name, 'value', OTHERS, 'warning', { expected, seen }, field.moreValues);
    }
  }

  #sizes(member: BaselineMember, field: FieldObserved, places: FirstPlaces): void {
    const strings = field.kinds.string !== null;
    const numeric = (!strings || isNumeric(field)) && (member.longest === null || member.numeric);
    for (const size of SIZES) {
      // A decimal's width is told by its digits, a code's by its value, and any other text's by its length.
      if ((size === 'length') === numeric || (size === 'length' && field.values !== null)) continue;
      const sizes = sizesIn(field, size);
      const accepted = acceptedSize(member, size);
      const place = places.wider[size];
      if (sizes === null || accepted === null || place === null) continue;
      const unit = SIZE_WORDS[size];
      this.#found(
        member.name,
        'widened',
        size,
        'info',
        { expected: `at most ${accepted} ${unit}`, seen: `${sizes.largest} ${unit}` },
        { ...place, count: countAbove(sizes, accepted) },
      );
    }
  }
}

/** Every difference, gravest first, then by member. */
export function findingsOf(
  baseline: SchemaBaseline,
  seen: RunSeen,
  roles: MemberRoles,
): readonly DriftFinding[] {
  // A run without a record shows no schema.
  if (seen.run.records === 0) return [];
  const comparison = new Comparison(seen, roles);
  const known = new Set(baseline.members.map(({ name }) => name));
  for (const member of baseline.members) {
    if (roles.ignores(member.name)) continue;
    const field = seen.run.fields.get(member.name);
    if (field) comparison.member(member, field);
    else if (seen.run.moreMembers === null) comparison.absent(member);
  }
  // Where not all members were told apart, one that is not known may have been among them.
  for (const [name, field] of baseline.more_members ? [] : seen.run.fields) {
    if (!known.has(name) && !roles.ignores(name)) comparison.added(name, field);
  }
  if (seen.run.moreMembers !== null && !baseline.more_members) comparison.others(seen.run.moreMembers);
  return comparison.findings.toSorted(
    (a, b) =>
      GRAVITY[a.severity] - GRAVITY[b.severity] || (a.field < b.field ? -1 : a.field > b.field ? 1 : 0),
  );
}
