/**
 * Derives a year of settlements and a ledger from PJM's hourly prices, for docs/worked-example.md:
 *
 *   node docs/worked-example/derive.mjs rt_hrl_lmps.csv year
 *
 * The prices are PJM's (Data Miner 2, real-time hourly LMPs, pnode 1); the position and the ledger are derived here. The
 * position is a purchase of 50 MW at PJM-RTO, one settlement an hour, at the total LMP to its last digit. The ledger accrues
 * each hour at the system energy price, rounded to cents with a half away from zero, and trues it up to version 1 of the
 * total LMP: as a delta, or as a whole that replaces the accrual. `booked` has the restated hours of 5 March too.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const VOLUME = 50n;
/** Prices have six decimals, which is what is counted in. */
const MICROS_IN_CENT = 10_000n;

const [file, out] = process.argv.slice(2);
if (file === undefined || out === undefined) {
  process.stderr.write('node docs/worked-example/derive.mjs PRICES.csv FOLDER\n');
  process.exit(2);
}

/** `1/31/2024 5:00:00 AM`: month/day/year and a 12-hour clock. */
function instant(text) {
  const [date, clock, half] = text.split(' ');
  const [month, day, year] = date.split('/');
  const hour = (Number(clock.split(':')[0]) % 12) + (half === 'PM' ? 12 : 0);
  const two = (part) => String(part).padStart(2, '0');
  return `${year}-${two(month)}-${two(day)}T${two(hour)}:00:00Z`;
}

function micros(price) {
  const [whole, fraction = ''] = price.split('.');
  const units = BigInt(whole.replace('-', '') + fraction.padEnd(6, '0'));
  return price.startsWith('-') ? -units : units;
}

function text(units, scale) {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  return `${units < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** What 50 MWh cost, exactly: a purchase is negative. */
function cost(price) {
  return -VOLUME * micros(price);
}

/** Rounded to cents, a half away from zero. */
function cents(amount) {
  const size = amount < 0n ? -amount : amount;
  const rounded = (size + MICROS_IN_CENT / 2n) / MICROS_IN_CENT;
  return amount < 0n ? -rounded : rounded;
}

const [header, ...lines] = readFileSync(file, 'utf8').trimEnd().split(/\r?\n/);
const names = header.replace(/^\uFEFF/, '').split(',');
const rows = lines.map((line) => {
  const cells = line.split(',');
  const cell = (name) => cells[names.indexOf(name)];
  const start = instant(cell('datetime_beginning_utc'));
  return {
    start,
    end: new Date(Date.parse(start) + 3_600_000).toISOString().replace('.000Z', 'Z'),
    month: instant(cell('datetime_beginning_ept')).slice(0, 7),
    energy: cell('system_energy_price_rt'),
    total: cell('total_lmp_rt'),
    version: Number(cell('version_nbr')),
    current: cell('row_is_current') === 'True',
  };
});

function record({ start, end, total, version }) {
  const about = JSON.stringify({
    settlement_id: `PJM-RTO ${start}`,
    version,
    trade_id: 'PJM-50MW',
    counterparty: 'PJM Settlement',
    commodity: 'POWER',
    direction: 'BUY',
    delivery_start: start,
    delivery_end: end,
    timezone: 'America/New_York',
    location: 'PJM-RTO',
    volume_uom: 'MWH',
    price_uom: 'USD/MWH',
    currency: 'USD',
    status: 'FINAL',
  });
  // Prices and amounts are numbers with all their digits, which JavaScript's would not keep.
  return `${about.slice(0, -1)},"volume":${VOLUME},"price":${total},"amount":${text(cost(total), 6)}}`;
}

const COLUMNS =
  'Settlement ID,Version,Trade ID,Direction,Delivery Start,Volume,Volume UOM,Price,Amount,Currency,Journal ID';

/** One posting. @param number the how manieth of its hour. */
function posting({ start }, number, volume, price, amount) {
  return [
    ...[`PJM-RTO ${start}`, number, 'PJM-50MW', 'BUY', start, volume, 'MWH', price, text(amount, 2), 'USD'],
    `J-${number}`,
  ].join(',');
}

/** The postings of an hour: the accrual, the true-up and, where it is booked, the restatement. */
function postings(hour, restated, form) {
  const prices = [hour.energy, hour.total, ...(restated === undefined ? [] : [restated.total])];
  return prices.map((price, at) => {
    const before = at === 0 || form === 'cumulative' ? 0n : cents(cost(prices[at - 1]));
    const volume = at === 0 || form === 'cumulative' ? VOLUME : 0n;
    return posting(hour, at + 1, volume, price, cents(cost(price)) - before);
  });
}

const restatements = new Map(rows.filter(({ version }) => version > 1).map((row) => [row.start, row]));
const first = rows.filter(({ version }) => version === 1);
const months = [...new Set(first.map(({ month }) => month))].sort();

function write(name, content) {
  writeFileSync(join(out, name), `${content.join('\n')}\n`);
}

for (const folder of ['delta', 'cumulative', 'booked/delta', 'booked/cumulative'])
  mkdirSync(join(out, folder), { recursive: true });
write('records.jsonl', rows.filter(({ current }) => current).map(record));
for (const form of ['delta', 'cumulative']) {
  for (const month of months) {
    const hours = first.filter((hour) => hour.month === month);
    write(`${form}/${month}.csv`, [COLUMNS, ...hours.flatMap((hour) => postings(hour, undefined, form))]);
    if (!hours.some(({ start }) => restatements.has(start))) continue;
    // Only what moved is booked: 22 of the 24 hours have another version and the same price.
    const moved = (hour) => {
      const restated = restatements.get(hour.start);
      return restated !== undefined && micros(restated.total) !== micros(hour.total) ? restated : undefined;
    };
    const booked = hours.flatMap((hour) => postings(hour, moved(hour), form));
    write(`booked/${form}/${month}.csv`, [COLUMNS, ...booked]);
  }
  const rules = {
    format: 1,
    name: `pjm-${form}`,
    revision: 1,
    description: `PJM hours against a ledger in ${form} form, rounded to cents an hour.`,
    ledger: form,
    rules: [
      {
        name: 'hour',
        key: 'identity',
        // The ledger counts its postings, not the versions of the market.
        ignore: ['version'],
        tolerance: { derived: { stage: 'interval', mode: 'half-up' } },
      },
    ],
  };
  write(`${form}.json`, [JSON.stringify(rules, null, 2)]);
}
process.stdout.write(
  `${out}: ${rows.filter(({ current }) => current).length} settlements of ${months.length} months, ${restatements.size} restated hours\n`,
);
