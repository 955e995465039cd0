/**
 * What no part of a profile can tell alone: parts that contradict each other. Each check reads the parts that it needs
 * where they are well-formed, so that one fault elsewhere hides none of these.
 */
import { z } from 'zod';
import { RESOURCES, type Resource } from '../../shared/resource.ts';
import { compileForm } from '../ingest/date-form.ts';
import { RECORD_SCHEMAS, type RecordField } from '../ingest/record-schema.ts';
import type { Fault } from './faults.ts';
import { type FieldSource, fullSource, memberPath, zoneName } from './field-source.ts';
import type { JsonPath } from './places.ts';
import { RESOURCE_DOCUMENTS } from './profile-document.ts';

const anObject = z.record(z.string(), z.unknown());

type Parts = Readonly<Record<string, unknown>>;

/** The members of an object; of anything else none. */
function partsOf(value: unknown): Parts {
  const read = anObject.safeParse(value);
  return read.success ? read.data : {};
}

function part<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> | null {
  const read = schema.safeParse(value);
  return read.success ? read.data : null;
}

/** Stands in for a zone that the schema has refused, so that a form that needs one is still read. */
const ANY_ZONE = 'UTC';

/** Of a source that the schema refuses, the parts that can be held against each other nonetheless. */
const soundParts = z.object({
  from: memberPath.optional().catch(undefined),
  constant: z.union([z.string(), z.number()]).optional().catch(undefined),
  values: z.record(z.string(), z.string()).optional().catch(undefined),
  scale: z.string().optional().catch(undefined),
  negate: z.boolean().optional().catch(undefined),
  form: z.string().optional().catch(undefined),
  zone: zoneName.optional().catch(ANY_ZONE),
});

/** Fields that a market's day and label stand in for. */
const TOLD_BY_LABEL: ReadonlySet<string> = new Set(['delivery_start', 'delivery_end']);

class ResourceCheck {
  readonly faults: Fault[] = [];
  readonly #at: JsonPath;
  readonly #resource: Resource;
  readonly #parts: Parts;
  readonly #calendars: readonly string[];

  constructor(resource: Resource, parts: Parts, calendars: readonly string[]) {
    this.#at = ['resources', resource];
    this.#resource = resource;
    this.#parts = parts;
    this.#calendars = calendars;
  }

  run(): readonly Fault[] {
    this.#parameters();
    this.#members();
    this.#fields();
    this.#calendar();
    return this.faults;
  }

  #fault(path: JsonPath, message: string, ofName = false): void {
    this.faults.push({ path: [...this.#at, ...path], message, ofName });
  }

  /** No two values may be sent in one query parameter. */
  #parameters(): void {
    const { shape } = RESOURCE_DOCUMENTS.settlements;
    const taken = new Map<string, string>();
    const take = (name: string, path: JsonPath, ofName = false): void => {
      const other = taken.get(name);
      if (other === undefined) taken.set(name, path.join('.'));
      else this.#fault(path, `is ${JSON.stringify(name)}, the parameter of ${other} too`, ofName);
    };
    const names = part(shape.parameters, this.#parts.parameters);
    for (const [what, name] of Object.entries(names ?? {})) {
      if (name !== null) take(name, ['parameters', what]);
    }
    const paging = part(shape.paging, this.#parts.paging);
    if (paging && 'parameter' in paging) take(paging.parameter, ['paging', 'parameter']);
    for (const name of Object.keys(partsOf(this.#parts.fixed))) take(name, ['fixed', name], true);
  }

  /** The list of records cannot also tell the next page. */
  #members(): void {
    const { shape } = RESOURCE_DOCUMENTS.settlements;
    const results = part(shape.results, this.#parts.results);
    const paging = part(shape.paging, this.#parts.paging);
    if (results !== null && paging?.next === results) {
      this.#fault(['paging', 'next'], `is ${JSON.stringify(results)}, which holds the records`);
    }
  }

  #fields(): void {
    const given = partsOf(this.#parts.fields);
    const only = this.#parts.only === true;
    const labelled = this.#parts.delivery !== undefined && this.#resource === 'settlements';
    const feeding = new Map<string, string>();
    const shape = RESOURCE_DOCUMENTS[this.#resource].shape.fields.unwrap().shape;
    for (const field of RECORD_SCHEMAS[this.#resource].fields) {
      const value = given[field.name];
      if (value === null || (value === undefined && only)) {
        const told = labelled && TOLD_BY_LABEL.has(field.name);
        if (field.need === 'required' && !told) this.#sourceless(field, only);
        continue;
      }
      const schema = shape[field.name];
      const source = value === undefined || !schema ? field.name : part(schema, value);
      // The schema has named what is wrong with a part of it; the others are still looked at.
      if (source === null) this.#source(field, part(soundParts, value) ?? {});
      if (source === null || source === undefined) continue;
      const full = fullSource(source);
      if (value !== undefined) this.#source(field, full);
      const from = full.constant === undefined ? (full.from ?? field.name) : null;
      const member = typeof from === 'string' ? from : from?.[0];
      if (member !== undefined && !feeding.has(member)) feeding.set(member, field.name);
    }
    this.#ignored(feeding);
  }

  #sourceless({ name }: RecordField, only: boolean): void {
    const why = only
      ? 'is required and has no source, because only what is named has one'
      : 'is required and has no source';
    this.#fault(['fields', name], `${why}; name a member, or give a constant`);
  }

  #source(field: RecordField, source: FieldSource): void {
    const path = ['fields', field.name];
    const { constant, values, form, zone } = source;
    if (constant !== undefined && Object.values(source).filter((said) => said !== undefined).length > 1) {
      this.#fault(
        [...path, 'constant'],
        'stands alone: a constant is read from no member and changed by nothing',
      );
    }
    const codes = new Map<string, string>();
    for (const code of Object.keys(values ?? {})) {
      const folded = code.trim().toUpperCase();
      const other = codes.get(folded);
      if (other !== undefined) {
        this.#fault([...path, 'values', code], `is the same code as ${JSON.stringify(other)}`, true);
      }
      codes.set(folded, code);
    }
    if (field.type.kind === 'instant') this.#time(path, form, zone);
  }

  #time(path: JsonPath, form: string | undefined, zone: string | undefined): void {
    if (form === undefined) {
      if (zone !== undefined) {
        this.#fault([...path, 'zone'], 'says nothing without a form: RFC 3339 times bear an offset');
      }
      return;
    }
    try {
      compileForm(form, zone ?? null);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#fault([...path, 'form'], `is ${JSON.stringify(form)}, which ${error.message}`);
    }
  }

  /** @param feeding our fields by the member that they come from. */
  #ignored(feeding: ReadonlyMap<string, string>): void {
    const ignored = Array.isArray(this.#parts.ignored) ? this.#parts.ignored : [];
    const delivery = partsOf(this.#parts.delivery);
    const told = new Map<string, string>();
    for (const what of ['date', 'label', 'flag']) {
      const from = part(memberPath, delivery[what]);
      const member = typeof from === 'string' ? from : from?.[0];
      if (member !== undefined) told.set(member, `delivery.${what}`);
    }
    for (const [at, member] of ignored.entries()) {
      if (typeof member !== 'string') continue;
      const field = told.get(member) ?? feeding.get(member);
      if (field !== undefined) {
        const instead = field === member ? `; give the field ${field} null, or another source` : '';
        this.#fault(['ignored', at], `is ${JSON.stringify(member)}, which ${field} comes from${instead}`);
      }
      if (ignored.indexOf(member) < at) this.#fault(['ignored', at], `is ${JSON.stringify(member)} again`);
    }
  }

  #calendar(): void {
    const { calendar } = partsOf(this.#parts.delivery);
    if (typeof calendar !== 'string' || this.#calendars.includes(calendar)) return;
    const known = this.#calendars.length === 0 ? '' : `; there are ${this.#calendars.join(', ')}`;
    this.#fault(
      ['delivery', 'calendar'],
      `is ${JSON.stringify(calendar)}, which is no market calendar${known}`,
    );
  }
}

/** @param document JSON, whether or not the schema takes it. @param calendars ids of the market calendars. */
export function crossFaults(document: unknown, calendars: readonly string[]): readonly Fault[] {
  const resources = partsOf(partsOf(document).resources);
  return RESOURCES.flatMap((resource) => {
    const parts = anObject.safeParse(resources[resource]);
    return parts.success ? new ResourceCheck(resource, parts.data, calendars).run() : [];
  });
}
