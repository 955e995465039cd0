/** Deterministic documents to measure the page hash with. */

/** A small generator of numbers in [0, 1): the same sequence for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Member = readonly [key: string, value: string];

const quoted = (text: string): string => JSON.stringify(text);

function pick(random: () => number, choices: readonly string[]): string {
  return choices[Math.floor(random() * choices.length)] ?? '';
}

/** The 20 members of a settlement record, values as JSON. */
function settlement(index: number, random: () => number): readonly Member[] {
  const day = String(1 + (index % 31)).padStart(2, '0');
  const hour = String(index % 24).padStart(2, '0');
  const volume = (random() * 500).toFixed(3);
  const price = (random() * 90).toFixed(2);
  return [
    ['settlement_id', quoted(`STL-2024-${String(100000 + index)}`)],
    ['version', String(1 + Math.floor(random() * 3))],
    ['trade_id', quoted(`TRD-${String(4000 + (index % 700))}`)],
    ['deal_leg', String(index % 2)],
    [
      'counterparty',
      quoted(pick(random, ['Northwind Power LLC', 'Acme Energy Trading', 'Baltic Gas & Power'])),
    ],
    ['commodity', quoted(pick(random, ['POWER', 'NATURAL_GAS']))],
    ['charge_type', quoted('ENERGY')],
    ['direction', quoted(pick(random, ['BUY', 'SELL']))],
    ['delivery_start', quoted(`2024-03-${day}T${hour}:00:00-05:00`)],
    ['delivery_end', quoted(`2024-03-${day}T${hour}:59:59-05:00`)],
    ['timezone', quoted('America/New_York')],
    ['location', quoted(pick(random, ['PJM.WESTERN_HUB', 'PJM.AEP_DAYTON', 'PJM.N_ILLINOIS']))],
    ['volume', volume],
    ['volume_uom', quoted('MWH')],
    ['price', price],
    ['price_uom', quoted('USD/MWH')],
    ['amount', (Number(volume) * Number(price)).toFixed(2)],
    ['currency', quoted('USD')],
    ['status', quoted(pick(random, ['ESTIMATED', 'ACTUAL', 'FINAL']))],
    ['updated_at', quoted(`2024-04-02T08:${String(index % 60).padStart(2, '0')}:11Z`)],
  ];
}

const object = (members: readonly Member[]): string =>
  `{${members.map(([key, value]) => `${quoted(key)}:${value}`).join(',')}}`;

function page(records: readonly string[]): string {
  return `{"results":[${records.join(',')}],"next_page":true}`;
}

function records(count: number, record: (index: number, random: () => number) => string): readonly string[] {
  const random = randomFrom(20240301);
  return Array.from({ length: count }, (_, index) => record(index, random));
}

function shuffled<Item>(items: readonly Item[], random: () => number): readonly Item[] {
  return items
    .map((item) => ({ item, place: random() }))
    .toSorted((left, right) => left.place - right.place)
    .map(({ item }) => item);
}

/** The page to which the targets apply: 1,000 records of 20 fields. */
export const standardPage = (): string =>
  page(records(1000, (index, random) => object(settlement(index, random))));

/** Shapes that a vendor, or an attacker, may send instead. */
export const hostileShapes: Readonly<Record<string, () => string>> = {
  'keys shuffled': () =>
    page(records(1000, (index, random) => object(shuffled(settlement(index, random), random)))),
  'pretty-printed': () => JSON.stringify(JSON.parse(standardPage()), null, 2),
  'optional fields': () =>
    page(records(1000, (index, random) => object(settlement(index, random).filter(() => random() > 0.1)))),
  nested: () =>
    page(
      records(1000, (index, random) => {
        const members = settlement(index, random);
        const leg = object(members.slice(0, 6));
        return `{"trade":{"legs":[${leg},${leg}],"terms":{"a":[1,2.50,3],"b":${object(members.slice(8, 14))}}},"id":${index}}`;
      }),
    ),
  'heavy Unicode': () =>
    page(
      records(1000, (index) =>
        object([
          ['name', quoted(`Überlandwerk Łódź Энергия 電力会社 ${index}`)],
          ['note', quoted('電気料金の精算 😀 €'.repeat(8))],
        ]),
      ),
    ),
  'escaped Unicode': () =>
    page(
      records(1000, (index) =>
        object([
          ['id', String(index)],
          ['note', `"${'\\u00E9\\ud83D\\uDE00\\/\\u0041 '.repeat(12)}"`],
        ]),
      ),
    ),
  '17-digit doubles': () =>
    page(
      records(1000, (_, random) => `[${Array.from({ length: 20 }, () => String(random() * 1e3)).join(',')}]`),
    ),
  exponents: () =>
    page(
      records(
        1000,
        (_, random) => `[${Array.from({ length: 20 }, () => (random() * 1e3).toExponential(4)).join(',')}]`,
      ),
    ),
  'one object of 50,000 keys': () => wide(50_000, (at) => `key_${at}`),
  'one object of 200,000 keys': () => wide(200_000, (at) => `key_${at}`),
  'one object of 200,000 sorted keys': () => wide(200_000, (at) => `key_${at}`, false),
  '20,000 keys of 500 bytes, one prefix': () => wide(20_000, (at) => `${'x'.repeat(490)}${at}`),
  '20,000 keys of 500 bytes, two prefixes': () => wide(20_000, (at) => `${at % 2}${'x'.repeat(490)}${at}`),
  '50,000 escaped keys': () => wide(50_000, (at) => `\\u006bé_${at}`),
  'a million distinct keys': () =>
    page(
      Array.from(
        { length: 50_000 },
        (_, record) => `{${Array.from({ length: 20 }, (_, at) => `"k${record * 20 + at}":1`).join(',')}}`,
      ),
    ),
  'arrays nested to the limit, 10 MB': () =>
    page(Array.from({ length: 5_100 }, () => `${'['.repeat(980)}${']'.repeat(980)}`)),
  'objects nested to the limit, 10 MB': () =>
    page(Array.from({ length: 1_700 }, () => `${'{"a":'.repeat(980)}1${'}'.repeat(980)}`)),
  'wide objects nested to the limit': () =>
    page(Array.from({ length: 40 }, () => `${'{"z":1,"b":"text","a":'.repeat(980)}1${'}'.repeat(980)}`)),
  'one string of 10 MB': () => page([quoted('x'.repeat(10_000_000))]),
  'one string of 10 MB under 900 objects': () =>
    page([`${'{"a":'.repeat(900)}${quoted('x'.repeat(10_000_000))}${'}'.repeat(900)}`]),
  'one Unicode string of 10 MB': () => page([quoted('電'.repeat(3_333_333))]),
  'small integers': () => page(Array.from({ length: 1000 }, () => `[${'1,'.repeat(300)}0]`)),
  'array within an object': () => page([`{"a":[${'1,'.repeat(300_000)}0]}`]),
  'empty objects': () => page([`[${'{},'.repeat(200_000)}{}]`]),
};

function wide(count: number, key: (at: number) => string, mixed = true): string {
  const random = randomFrom(7);
  const width = String(count).length;
  const members = Array.from({ length: count }, (_, at) => `"${key(10 ** width + at)}":${at}`);
  return page([`{${(mixed ? shuffled(members, random) : members).join(',')}}`]);
}
