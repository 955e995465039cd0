import { grouped } from '../../shared/decimal.ts';

/** `1,204 records`, `1 record`. */
export function many(count: number, one: string, more = `${one}s`): string {
  return `${grouped(String(count))} ${count === 1 ? one : more}`;
}
