/** The accepted schema moved by what was accepted, and by nothing else. */
import type { DriftFinding } from '../../shared/drift.ts';
import { OBSERVED_KINDS, type RunObserved } from '../ingest/schema-observed.ts';
import { type BaselineMember, baselineMember, type SchemaBaseline } from './baseline.ts';
import { OTHERS } from './findings.ts';

type Accepted = Pick<DriftFinding, 'field' | 'kind' | 'aspect'>;

function wider(accepted: number | null, seen: number | null): number | null {
  if (accepted === null) return seen;
  return seen === null ? accepted : Math.max(accepted, seen);
}

/** @param seen the member as the run that drifted has it. */
function moved(member: BaselineMember, { kind, aspect }: Accepted, seen: BaselineMember): BaselineMember {
  switch (kind) {
    case 'missing':
      return { ...member, always: false };
    case 'null':
      return { ...member, nullable: true };
    case 'value':
      if (aspect === OTHERS) return { ...member, more_values: true };
      return { ...member, values: [...new Set([...(member.values ?? []), aspect])].sort() };
    case 'type':
      return {
        ...member,
        kinds: OBSERVED_KINDS.filter((each) => member.kinds.includes(each) || each === aspect),
        numeric: aspect === 'string' ? seen.numeric : member.numeric,
        longest: aspect === 'string' ? wider(member.longest, seen.longest) : member.longest,
        integer_digits: member.integer_digits ?? seen.integer_digits,
        fraction_digits: member.fraction_digits ?? seen.fraction_digits,
      };
    case 'widened':
      if (aspect === 'length') return { ...member, longest: wider(member.longest, seen.longest) };
      return aspect === 'integer-digits'
        ? { ...member, integer_digits: wider(member.integer_digits, seen.integer_digits) }
        : { ...member, fraction_digits: wider(member.fraction_digits, seen.fraction_digits) };
    case 'added':
      return member;
  }
}

/** @param run the run that the findings are of. */
export function withAccepted(
  baseline: SchemaBaseline,
  run: RunObserved,
  findings: readonly Accepted[],
): SchemaBaseline {
  const members = new Map(baseline.members.map((member) => [member.name, member]));
  let { more_members } = baseline;
  for (const finding of findings) {
    const { field, kind, aspect } = finding;
    if (kind === 'added' && aspect === OTHERS) {
      more_members = true;
      continue;
    }
    if (kind === 'missing' && aspect === 'all') {
      members.delete(field);
      continue;
    }
    const observed = run.fields.get(field);
    if (!observed) continue;
    const seen = baselineMember(field, observed, run.records);
    const member = members.get(field);
    if (member) members.set(field, moved(member, finding, seen));
    else if (kind === 'added') members.set(field, seen);
  }
  return { members: [...members.values()], more_members };
}
