import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { seedShape } from '../../../electron/etrm/page-shape.ts';
import { PLAIN, sameNames } from '../../../electron/ingest/mapping.ts';
import { RECORD_SCHEMAS } from '../../../electron/ingest/record-schema.ts';
import { examineProfile, parseProfile } from '../../../electron/profile/parse-profile.ts';
import type { Profile } from '../../../electron/profile/profile.ts';
import { seedProfile, seedProfileText } from '../../../electron/profile/seed-profile.ts';
import { TieoutError } from '../../../shared/errors.ts';
import { RESOURCES } from '../../../shared/resource.ts';
import { profileWith } from './sample-profile.ts';

const CALENDARS = ['PJM', 'ERCOT'];

function parsed(text: string): Profile {
  return parseProfile(text, 'sample.json', CALENDARS);
}

/** Every fault, as `path message`. */
function faultsOf(text: string): readonly string[] {
  const examined = examineProfile(text, CALENDARS);
  return examined.ok ? [] : examined.faults.map(({ path, message }) => `${path} ${message}`);
}

describe('the built-in profile', () => {
  it.each(RESOURCES)(
    'asks for %s as the seed does, and takes each field from the member of its name',
    (resource) => {
      const seed = seedProfile();
      expect(seed.shape(resource)).toEqual(seedShape(resource));
      expect(seed.mapping(resource)).toEqual(sameNames(RECORD_SCHEMAS[resource]));
    },
  );

  it('has the hash that its revision 1 always has', () => {
    expect(seedProfile()).toMatchObject({
      name: 'default',
      revision: 1,
      idempotencyKeys: false,
      sha256: '0159b8840084271199ca234c5c0a0d5b3b058abb01ad1ac19980b24ecffc0250',
    });
  });

  it('is the file that it prints', () => {
    expect(parsed(seedProfileText()).sha256).toBe(seedProfile().sha256);
  });
});

describe('the hash of a profile', () => {
  it('is what Python computes over the file, whatever its white space and order', () => {
    const text = profileWith({ fixed: { z: 'Größe', a: '1' } }, { description: 'Ünïcode 🜁' });
    const script =
      'import hashlib, json, sys; print(hashlib.sha256(json.dumps(json.load(sys.stdin.buffer), sort_keys=True).encode()).hexdigest())';
    const { stdout } = spawnSync('python3', ['-c', script], { input: text, encoding: 'utf8' });
    const { sha256, document } = parsed(text);
    expect(sha256).toBe(stdout.trim());
    expect(parsed(document)).toMatchObject({ sha256, document });
    const reversed = JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text)).toReversed()));
    expect(parsed(reversed).sha256).toBe(sha256);
  });

  it('differs with anything that is said', () => {
    const plain = profileWith({});
    const texts = [
      plain,
      profileWith({ only: false }),
      profileWith({}, { revision: 2 }),
      profileWith({}, { description: 'x' }),
    ];
    expect(new Set(texts.map((text) => parsed(text).sha256)).size).toBe(texts.length);
  });
});

describe('a profile', () => {
  it('says how pages are asked for', () => {
    const shape = parsed(
      profileWith({
        parameters: { start: 'from', end: null },
        fixed: { desk: 'POWER' },
        paging: { style: 'cursor', parameter: 'after', next: 'cursor' },
        results: 'data',
      }),
    ).shape('settlements');
    expect(shape).toEqual({
      path: '/api/settlements',
      parameters: { start: 'from', end: null, pageSize: 'page_size' },
      fixed: { desk: 'POWER' },
      paging: { style: 'cursor', parameter: 'after', next: 'cursor' },
      results: 'data',
    });
  });

  it.each([
    [undefined, { style: 'page', parameter: 'page', first: 1, next: 'next_page' }],
    [
      { style: 'page', first: 0, next: 'more' },
      { style: 'page', parameter: 'page', first: 0, next: 'more' },
    ],
    [
      { style: 'link', next: 'next' },
      { style: 'link', next: 'next' },
    ],
  ])('with the paging %j has %j', (paging, expected) => {
    expect(parsed(profileWith({ paging })).shape('settlements').paging).toEqual(expected);
  });

  it('says what each field is made from', () => {
    const { fields, ignored, delivery } = parsed(
      profileWith({
        fields: {
          settlement_id: 'lineId',
          trade_id: ['deal', 'id'],
          market: null,
          version: { constant: 1 },
          location: { constant: 'HB_NORTH' },
          direction: { values: { B: 'BUY', S: 'SELL' } },
          volume: { from: 'kwh', scale: '1e-3' },
          amount: { from: 'payable', scale: '0.010', negate: true },
          delivery_start: { from: 'start', form: 'MM/dd/yyyy HH:mm', zone: 'America/Chicago' },
          due_date: { form: 'dd-MMM-yyyy' },
        },
        ignored: ['batchNo'],
      }),
    ).mapping('settlements');
    expect(Object.fromEntries(fields)).toMatchObject({
      settlement_id: { ...PLAIN, from: 'lineId' },
      trade_id: { ...PLAIN, from: ['deal', 'id'] },
      version: { ...PLAIN, from: null, constant: '1' },
      location: { ...PLAIN, from: null, constant: 'HB_NORTH' },
      direction: { ...PLAIN, from: 'direction', values: { B: 'BUY', S: 'SELL' } },
      volume: { ...PLAIN, from: 'kwh', scale: '0.001' },
      amount: { ...PLAIN, from: 'payable', scale: '0.01', negate: true },
      delivery_start: { ...PLAIN, from: 'start', form: 'MM/dd/yyyy HH:mm', zone: 'America/Chicago' },
      due_date: { ...PLAIN, from: 'due_date', form: 'dd-MMM-yyyy' },
      price: { ...PLAIN, from: 'price' },
    });
    expect(fields.has('market')).toBe(false);
    expect(fields.size).toBe(RECORD_SCHEMAS.settlements.fields.length - 1);
    expect(ignored).toEqual(['batchNo']);
    expect(delivery).toBeNull();
  });

  it('with "only" gives no source to a field that it does not name', () => {
    const text = JSON.stringify({
      profile: 1,
      name: 'sample',
      revision: 1,
      resources: {
        settlements: { path: '/s' },
        trades: { path: '/t', only: true, fields: { trade_id: 'id', counterparty: 'cpty' } },
      },
    });
    const profile = parsed(text);
    expect([...profile.mapping('trades').fields.keys()]).toEqual(['trade_id', 'counterparty']);
    expect(profile.resources).toEqual(['settlements', 'trades']);
    expect(() => profile.shape('curves')).toThrow(
      expect.objectContaining({
        code: 'usage',
        message: 'The profile "sample" (revision 1) does not describe curves; add resources.curves to it.',
      }),
    );
    expect(() => profile.mapping('curves')).toThrow(TieoutError);
  });

  it('tells a delivery window by label, which stands in for start and end', () => {
    const delivery = {
      calendar: 'ERCOT',
      date: ['day', 'date'],
      label: 'he',
      flag: 'dst',
      date_form: 'MM/dd/yyyy',
    };
    const mapping = parsed(
      profileWith({ fields: { delivery_start: null, delivery_end: null }, delivery }),
    ).mapping('settlements');
    expect(mapping.delivery).toEqual({
      calendar: 'ERCOT',
      date: ['day', 'date'],
      dateForm: 'MM/dd/yyyy',
      label: 'he',
      flag: 'dst',
    });
    expect(mapping.fields.has('delivery_start')).toBe(false);
  });

  it('promises idempotency keys only where it says so', () => {
    expect(parsed(profileWith({})).idempotencyKeys).toBe(false);
    expect(parsed(profileWith({}, { idempotency: true })).idempotencyKeys).toBe(true);
  });

  it('takes names that mean something to JavaScript as they are', () => {
    const fields = { trade_id: '__proto__', location: ['constructor', 'x'] };
    const profile = parsed(profileWith({ fields, fixed: { toString: '2' } }));
    expect(profile.shape('settlements').fixed).toEqual({ toString: '2' });
    expect(profile.mapping('settlements').fields.get('trade_id')?.from).toBe('__proto__');
    expect(faultsOf(profileWith({ fixed: { x: '1' } }).replace('"x"', '"__proto__"'))).toEqual([
      'resources.settlements.fixed.__proto__ is a name that no profile can use',
    ]);
  });
});

describe('the faults of one field', () => {
  it('are named together, whichever part of it is refused first', () => {
    const fields = {
      delivery_start: { form: 'QQ', zone: 'Mars/X' },
      delivery_end: { form: 'yyyy-MM-dd HH:mm', zone: 'Mars/X' },
      direction: { values: { B: 'BUY', ' b ': 'BUYS' } },
      price: { constant: 'abc', from: 'p' },
    };
    expect(
      faultsOf(profileWith({ fields })).map((fault) => fault.slice('resources.settlements.fields.'.length)),
    ).toEqual([
      expect.stringMatching(/^delivery_start\.form is "QQ", which/),
      expect.stringMatching(/^delivery_start\.zone is "Mars\/X"/),
      expect.stringMatching(/^delivery_end\.zone is "Mars\/X"/),
      expect.stringMatching(/^direction\.values\[" b "\] is the same code as "B"/),
      expect.stringMatching(/^direction\.values\[" b "\] is "BUYS", not one of/),
      expect.stringMatching(/^price\.constant is "abc", not a decimal/),
      expect.stringMatching(/^price\.constant stands alone/),
    ]);
  });
});

describe('a fault is named with its path:', () => {
  const settlements = 'resources.settlements';
  it.each([
    // The file.
    ['', 'the profile is no JSON: expected a value, but the document ends'],
    [
      '{"profile": 1,}',
      'the profile is no JSON: expected a key in double quotes, but something else is there',
    ],
    ['[]', 'the profile is a list, not an object'],
    ['null', 'the profile is null, not an object'],
    [
      profileWith({}, { profile: 2 }),
      'profile is not 1, the version of the file format that this Tieout reads',
    ],
    [profileWith({}, { profile: undefined }), 'profile is missing'],
    [
      profileWith({}, { name: '../x' }),
      'name is no name; use letters, digits, spaces, dots, dashes and underscores, 64 at most',
    ],
    [profileWith({}, { revision: 0 }), 'revision is below 1'],
    [profileWith({}, { revision: '1' }), 'revision is "1", not a whole number'],
    [profileWith({}, { idempotency: 'yes' }), 'idempotency is "yes", not true or false'],
    [
      profileWith({}, { author: 'x' }),
      'author is not known here; there are $schema, profile, name, revision, description, idempotency, resources',
    ],
    // The request.
    [
      profileWith({ path: 'https://other.example/x' }),
      `${settlements}.path is "https://other.example/x", an address of its own; give the path below the connection's base URL, such as /api/v2/settlements`,
    ],
    [
      profileWith({ path: '//other.example/x' }),
      `${settlements}.path is "//other.example/x", an address of its own; give the path below the connection's base URL, such as /api/v2/settlements`,
    ],
    [
      profileWith({ path: '/\\other.example/x' }),
      `${settlements}.path is "/\\\\other.example/x", an address of its own; give the path below the connection's base URL, such as /api/v2/settlements`,
    ],
    [profileWith({ path: 'api' }), `${settlements}.path is "api", which does not begin with a slash`],
    [
      profileWith({ path: '/api?x=1' }),
      `${settlements}.path is "/api?x=1", with a query or fragment; put parameters under fixed`,
    ],
    [
      profileWith({ path: '/api/../admin' }),
      `${settlements}.path is "/api/../admin", with . or .. as a step`,
    ],
    [
      profileWith({ path: '/api/%2E./admin' }),
      `${settlements}.path is "/api/%2E./admin", with . or .. as a step`,
    ],
    [profileWith({ path: '/a b' }), `${settlements}.path is "/a b", with white space or a backslash`],
    [
      profileWith({ parameters: { start: '' } }),
      `${settlements}.parameters.start is empty; give the name of a query parameter`,
    ],
    [
      profileWith({ parameters: { start: 'page' } }),
      `${settlements}.paging.parameter is "page", the parameter of parameters.start too`,
    ],
    [
      profileWith({ parameters: { start: 'day', end: 'day' } }),
      `${settlements}.parameters.end is "day", the parameter of parameters.start too`,
    ],
    [
      profileWith({ fixed: { end_date: 'x' } }),
      `${settlements}.fixed.end_date is "end_date", the parameter of parameters.end too`,
    ],
    [
      profileWith({ fixed: { api_key: 'x' } }),
      `${settlements}.fixed.api_key sounds like a secret; a profile is stored and shown in the clear, secrets belong to the connection`,
    ],
    [profileWith({ fixed: { n: 5 } }), `${settlements}.fixed.n is 5, not a string`],
    [
      profileWith({ paging: { style: 'offset' } }),
      `${settlements}.paging.style is "offset", not one of page, cursor, link`,
    ],
    [profileWith({ paging: {} }), `${settlements}.paging.style is missing`],
    [profileWith({ paging: { style: 'cursor', next: 'c' } }), `${settlements}.paging.parameter is missing`],
    [
      profileWith({ paging: { style: 'link', next: 'results' } }),
      `${settlements}.paging.next is "results", which holds the records`,
    ],
    [
      profileWith({ paging: { style: 'link', next: 'n', first: 1 } }),
      `${settlements}.paging.first is not known here; there are style, next`,
    ],
    [profileWith({ results: '' }), `${settlements}.results is empty; give the name of a member`],
    // Fields.
    [profileWith({ fields: { ammount: 'x' } }), `${settlements}.fields.ammount is no field of settlements`],
    [
      profileWith({ fields: { amount: 5 } }),
      `${settlements}.fields.amount is 5, not a string, a list, an object or null`,
    ],
    [
      profileWith({ fields: { amount: [] } }),
      `${settlements}.fields.amount is an empty list; give the names on the way to the member`,
    ],
    [
      profileWith({ fields: { amount: ['a', ''] } }),
      `${settlements}.fields.amount[1] is empty; give the name of a member`,
    ],
    [
      profileWith({ fields: { amount: { scale: 'x' } } }),
      `${settlements}.fields.amount.scale is no decimal above zero, such as "0.01"; use negate to turn the sign`,
    ],
    [
      profileWith({ fields: { amount: { scale: '0.0' } } }),
      `${settlements}.fields.amount.scale is no decimal above zero, such as "0.01"; use negate to turn the sign`,
    ],
    [
      profileWith({ fields: { amount: { scale: '-1' } } }),
      `${settlements}.fields.amount.scale is no decimal above zero, such as "0.01"; use negate to turn the sign`,
    ],
    [
      profileWith({ fields: { amount: { scale: 100 } } }),
      `${settlements}.fields.amount.scale is 100, not a string`,
    ],
    [
      profileWith({ fields: { amount: { values: {} } } }),
      `${settlements}.fields.amount.values is not known here; there are from, constant, scale, negate`,
    ],
    [
      profileWith({ fields: { direction: { values: { B: 'BUYS' } } } }),
      `${settlements}.fields.direction.values.B is "BUYS", not one of BUY, SELL`,
    ],
    [
      profileWith({ fields: { direction: { values: {} } } }),
      `${settlements}.fields.direction.values holds no code; leave it out`,
    ],
    [
      profileWith({ fields: { direction: { values: { ' ': 'BUY' } } } }),
      `${settlements}.fields.direction.values[" "] is a blank code`,
    ],
    [
      profileWith({ fields: { direction: { values: { b: 'BUY', 'B ': 'SELL' } } } }),
      `${settlements}.fields.direction.values["B "] is the same code as "b"`,
    ],
    [
      profileWith({ fields: { timezone: { values: { CT: 'CST6' } } } }),
      `${settlements}.fields.timezone.values.CT is "CST6", not an IANA time zone`,
    ],
    [
      profileWith({ fields: { currency: { values: { $: 'DOLLAR' } } } }),
      `${settlements}.fields.currency.values.$ is "DOLLAR", not an ISO 4217 currency`,
    ],
    [
      profileWith({ fields: { timezone: { constant: 'Mars/Olympus' } } }),
      `${settlements}.fields.timezone.constant is "Mars/Olympus", not an IANA time zone`,
    ],
    [
      profileWith({ fields: { version: { constant: 0 } } }),
      `${settlements}.fields.version.constant is 0, not 1 or more`,
    ],
    [
      profileWith({ fields: { version: { constant: '0' } } }),
      `${settlements}.fields.version.constant is "0", not 1 or more`,
    ],
    [
      profileWith({ fields: { volume: { constant: '-1' } } }),
      `${settlements}.fields.volume.constant is "-1", below zero`,
    ],
    [
      profileWith({ fields: { delivery_start: { constant: '2024-03-01' } } }),
      `${settlements}.fields.delivery_start.constant is "2024-03-01", not an RFC 3339 time with an offset or Z`,
    ],
    [
      profileWith({ fields: { amount: { constant: '1', negate: true } } }),
      `${settlements}.fields.amount.constant stands alone: a constant is read from no member and changed by nothing`,
    ],
    [
      profileWith({ fields: { amount: null } }),
      `${settlements}.fields.amount is required and has no source; name a member, or give a constant`,
    ],
    // Times.
    [
      profileWith({ fields: { updated_at: { form: 'yyyy-MM-dd HH:mm' } } }),
      `${settlements}.fields.updated_at.form is "yyyy-MM-dd HH:mm", which has no offset, so that it needs a zone`,
    ],
    [
      profileWith({ fields: { updated_at: { form: 'yyyy-MM-dd HHX', zone: 'UTC' } } }),
      `${settlements}.fields.updated_at.form is "yyyy-MM-dd HHX", which has an offset, so that a zone would say nothing`,
    ],
    [
      profileWith({ fields: { updated_at: { zone: 'UTC' } } }),
      `${settlements}.fields.updated_at.zone says nothing without a form: RFC 3339 times bear an offset`,
    ],
    [
      profileWith({ fields: { updated_at: { form: 'DD.MM.YYYY', zone: 'UTC' } } }),
      `${settlements}.fields.updated_at.form is "DD.MM.YYYY", which has "DD", which no date form knows; put words in single quotes`,
    ],
    [
      profileWith({ fields: { updated_at: { form: 'yyyy-MM-dd', zone: 'CST' } } }),
      `${settlements}.fields.updated_at.zone is "CST", not an IANA time zone`,
    ],
    [
      profileWith({ fields: { due_date: { form: 'yyyy-MM-dd HH' } } }),
      `${settlements}.fields.due_date.form is "yyyy-MM-dd HH", which has more than year, month and day; put what is always the same in single quotes`,
    ],
    // Delivery and ignored members.
    [
      profileWith({ delivery: { calendar: 'XJM', date: 'd', label: 'l' } }),
      `${settlements}.delivery.calendar is "XJM", which is no market calendar; there are PJM, ERCOT`,
    ],
    [profileWith({ delivery: { calendar: 'PJM', date: 'd' } }), `${settlements}.delivery.label is missing`],
    [
      profileWith({ delivery: { calendar: 'PJM', date: 'd', label: 'l', date_form: 'MM/yyyy' } }),
      `${settlements}.delivery.date_form is "MM/yyyy", which has no day`,
    ],
    [
      profileWith({ delivery: { calendar: 'PJM', date: 'd', label: 'l' }, ignored: ['l'] }),
      `${settlements}.ignored[0] is "l", which delivery.label comes from`,
    ],
    [
      profileWith({ ignored: ['x', 'market'] }),
      `${settlements}.ignored[1] is "market", which market comes from; give the field market null, or another source`,
    ],
    [
      profileWith({ fields: { trade_id: ['deal', 'id'] }, ignored: ['deal'] }),
      `${settlements}.ignored[0] is "deal", which trade_id comes from`,
    ],
    [profileWith({ ignored: ['x', 'x'] }), `${settlements}.ignored[1] is "x" again`],
  ])('%#', (text, fault) => {
    expect(faultsOf(text)).toEqual([fault]);
  });

  it('curves and trades have no delivery labels', () => {
    const delivery = { calendar: 'PJM', date: 'd', label: 'l' };
    const text = profileWith({}).replace(
      '"settlements"',
      `"curves": ${JSON.stringify({ path: '/c', delivery })}, "settlements"`,
    );
    expect(faultsOf(text)).toEqual([
      'resources.curves.delivery is not known here; there are path, parameters, fixed, paging, results, fields, only, ignored',
    ]);
  });

  it('every required field that "only" leaves without a source', () => {
    const required = RECORD_SCHEMAS.settlements.fields
      .filter(({ need }) => need === 'required')
      .map(({ name }) => name);
    const wanting = faultsOf(profileWith({ only: true, fields: { settlement_id: 'id' } }));
    expect(wanting).toEqual(
      required
        .filter((name) => name !== 'settlement_id')
        .map(
          (name) =>
            `${settlements}.fields.${name} is required and has no source, because only what is named has one; name a member, or give a constant`,
        ),
    );
    const delivery = { calendar: 'PJM', date: 'd', label: 'l' };
    const labelled = faultsOf(profileWith({ only: true, fields: { settlement_id: 'id' }, delivery }));
    expect(wanting.filter((fault) => !labelled.includes(fault)).map((fault) => fault.split(' ')[0])).toEqual([
      `${settlements}.fields.delivery_start`,
      `${settlements}.fields.delivery_end`,
    ]);
  });
});

describe('all faults of a profile', () => {
  const text = `{
  "profile": 1, "name": "bad",
  "revision": 1.0,
  "resources": {
    "settlements": {
      "path": "/s",
      "parameters": { "start": "a", "end": "a" },
      "fields": {
        "amount": { "scale": "x" },
        "amount": { "negate": "yes" },
        "updated_at": { "form": "yyyy-MM-dd" },
        "direction": { "values": { "B": "BUYS" } }
      },
      "delivery": { "calendar": "XJM", "date": "d", "label": 5 }
    },
    "trades": { "path": "trades", "only": true }
  }
}`;

  it('are told at once, in the order of the file, each with line and column', () => {
    const examined = examineProfile(text, CALENDARS);
    expect(
      examined.ok ? [] : examined.faults.map(({ line, column, path }) => `${line}:${column} ${path}`),
    ).toEqual(
      [
        '3:15 revision',
        '7:44 resources.settlements.parameters.end',
        '10:9 resources.settlements.fields.amount',
        '10:31 resources.settlements.fields.amount.negate',
        '11:33 resources.settlements.fields.updated_at.form',
        '12:41 resources.settlements.fields.direction.values.B',
        '14:33 resources.settlements.delivery.calendar',
        '14:62 resources.settlements.delivery.label',
        '16:15 resources.trades',
        '16:25 resources.trades.path',
      ].map((line) => (line === '16:15 resources.trades' ? '16:15 resources.trades.fields.trade_id' : line)),
    );
  });

  it('are one error: the first five in its sentence, all in its details', () => {
    let error: unknown;
    try {
      parseProfile(text, 'bad.json', CALENDARS);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(TieoutError);
    if (!(error instanceof TieoutError)) return;
    expect(error).toMatchObject({ code: 'profile-invalid', exitCode: 2 });
    expect(error.message).toMatch(
      /^bad\.json is no valid profile, 10 faults: line 3, column 15: revision is 1\.0; .*; and 5 more\.$/,
    );
    expect(error.message).not.toContain('\n');
    expect(error.details).toMatchObject({ file: 'bad.json', count: 10 });
    expect(error.details.faults).toHaveLength(10);
  });

  it('hold no line break, whatever the file holds', () => {
    const odd = profileWith({
      fields: { 'a\nb': 'x', amount: { scale: '1\n2' }, trade_id: { constant: '\n' } },
    });
    for (const fault of faultsOf(odd)) expect(fault).not.toContain('\n');
    expect(faultsOf(odd)).toHaveLength(3);
  });
});
