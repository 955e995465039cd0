import type { FieldReader } from '../ingest/field-types.ts';

/** The month that a posting is booked in, `YYYY-MM`. */
export const period: FieldReader<string> = (sent) =>
  sent.kind === 'string' && /^\d{4}-(0[1-9]|1[0-2])$/.test(sent.value.trim())
    ? { ok: true, value: sent.value.trim() }
    : {
        ok: false,
        refusal: {
          code: 'date',
          message: `is ${sent.kind === 'string' ? JSON.stringify(sent.value) : sent.kind}, not YYYY-MM`,
        },
      };
