/** A profile's document, made into what asks the vendor and what types its records. */

import { normalise, parseDecimal } from '../../shared/decimal.ts';
import type { Resource } from '../../shared/resource.ts';
import type { Paging, ResourceShape } from '../etrm/page-shape.ts';
import { type FieldMapping, PLAIN, type RecordMapping } from '../ingest/mapping.ts';
import { RECORD_SCHEMAS } from '../ingest/record-schema.ts';
import { type FieldSource, fullSource } from './field-source.ts';
import type { ResourceDocument } from './profile-document.ts';

export function shapeOf({ path, parameters, fixed, paging, results }: ResourceDocument): ResourceShape {
  const { start, end, page_size: pageSize } = parameters;
  return { path, parameters: { start, end, pageSize }, fixed, paging: paging satisfies Paging, results };
}

function fieldMapping(name: string, source: FieldSource): FieldMapping {
  const { from = name, constant, values = null, scale, negate = false, form = null, zone = null } = source;
  if (constant !== undefined) return { ...PLAIN, from: null, constant: String(constant) };
  const factor = scale === undefined ? null : parseDecimal(scale);
  return {
    from,
    constant: null,
    values,
    scale: factor === null ? null : normalise(factor),
    negate,
    form,
    zone,
  };
}

export function mappingOf(resource: Resource, document: ResourceDocument): RecordMapping {
  const fields = new Map<string, FieldMapping>();
  for (const { name } of RECORD_SCHEMAS[resource].fields) {
    const given = document.fields[name];
    if (given === null || (given === undefined && document.only)) continue;
    fields.set(name, fieldMapping(name, fullSource(given ?? name)));
  }
  const delivery = 'delivery' in document ? document.delivery : undefined;
  return {
    fields,
    delivery:
      delivery === undefined
        ? null
        : {
            calendar: delivery.calendar,
            date: delivery.date,
            dateForm: delivery.date_form ?? null,
            label: delivery.label,
            flag: delivery.flag ?? null,
          },
    ignored: document.ignored,
  };
}
