/** A vendor record for a test: every scalar as the text that was sent, so that no digit passes through a double. */
export type VendorRecord = Readonly<Record<string, string | null>>;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function readVendorRecord(json: string): VendorRecord {
  const parsed: unknown = JSON.parse(json.replaceAll(/":(-?\d+(?:\.\d+)?)(?=[,}])/g, '":"$1"'));
  if (!isRecord(parsed)) throw new TypeError(`not a record: ${json}`);
  const record: Record<string, string | null> = {};
  for (const [name, value] of Object.entries(parsed)) {
    if (typeof value === 'string' || value === null) record[name] = value;
    else record[name] = JSON.stringify(value);
  }
  return record;
}

/** A field that must be there. */
export function sent(record: VendorRecord, name: string): string {
  const value = record[name];
  if (value === undefined || value === null) throw new TypeError(`${name} is not there`);
  return value;
}
