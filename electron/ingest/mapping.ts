/** How the fields of a record are made from what a vendor sends: the part of a connection profile that typing reads. */
import type { RecordSchema } from './record-schema.ts';

/** A member of the vendor's record, by name, or by the names on the way to it through nested objects. */
export type MemberPath = string | readonly string[];

export interface FieldMapping {
  /** Null where the field is a constant. */
  readonly from: MemberPath | null;
  /** What the field is in every record, written as the vendor would write it. */
  readonly constant: string | null;
  /** The vendor's codes (compared trimmed, without regard to case) and what they stand for: enumerations, units, zones. */
  readonly values: Readonly<Record<string, string>> | null;
  /** A decimal is multiplied by this, exactly. */
  readonly scale: string | null;
  /** A decimal has its sign turned. */
  readonly negate: boolean;
  /**
   * How a time or a day is written, in letters of Unicode TR 35: `yyyy-MM-dd'T'HH:mm`, `MM/dd/yyyy`. Null is RFC 3339 for
   * an instant and `YYYY-MM-DD` for a day.
   */
  readonly form: string | null;
  /** The IANA zone of times written without an offset; a time that does not exist, or exists twice, is refused. */
  readonly zone: string | null;
}

/** A delivery window told by the market's own day and label, instead of, or beside, two instants. */
export interface DeliveryMapping {
  /** Id of a market calendar. */
  readonly calendar: string;
  readonly date: MemberPath;
  /** Of the date; null is `YYYY-MM-DD`. */
  readonly dateForm: string | null;
  readonly label: MemberPath;
  /** Tells the repeated hour, where the market says it apart from the label. */
  readonly flag: MemberPath | null;
}

export interface RecordMapping {
  /** By our field's name; a field that is not in it has no source. */
  readonly fields: ReadonlyMap<string, FieldMapping>;
  readonly delivery: DeliveryMapping | null;
  /** Members that the vendor is known to send and that no field takes: no drift. */
  readonly ignored: readonly string[];
}

export const PLAIN: Omit<FieldMapping, 'from'> = {
  constant: null,
  values: null,
  scale: null,
  negate: false,
  form: null,
  zone: null,
};

/** Every field from the member that bears its name, as the seed's vendor sends it. */
export function sameNames(schema: RecordSchema): RecordMapping {
  return {
    fields: new Map(schema.fields.map(({ name }) => [name, { ...PLAIN, from: name }])),
    delivery: null,
    ignored: [],
  };
}
