/** A profile as its file has it: what may stand where, with the texts that an editor shows. */
import { z } from 'zod';
import type { Resource } from '../../shared/resource.ts';
import { soundsSecret } from '../credentials/secret.ts';
import { RECORD_SCHEMAS, type RecordSchema } from '../ingest/record-schema.ts';
import { dayForm, fieldSources, memberName, memberPath, strict } from './field-source.ts';

/** Of the file format; a later one is read by a later Tieout. */
export const FORMAT = 1;

const parameterName = z.string().min(1, 'is empty; give the name of a query parameter');

/** What is wrong with the path of a resource, or null. */
function pathFault(path: string): string | null {
  if (/^[a-z][a-z0-9+.-]*:/i.test(path) || /^[/\\]{2}/.test(path)) {
    return `is ${JSON.stringify(path)}, an address of its own; give the path below the connection's base URL, such as /api/v2/settlements`;
  }
  if (!path.startsWith('/')) return `is ${JSON.stringify(path)}, which does not begin with a slash`;
  if (/[?#]/.test(path))
    return `is ${JSON.stringify(path)}, with a query or fragment; put parameters under fixed`;
  if (/[\s\\]/.test(path)) return `is ${JSON.stringify(path)}, with white space or a backslash`;
  // An address drops such steps, however their dots are written: the request would go elsewhere.
  if (path.split('/').some((step) => /^(\.|%2e){1,2}$/i.test(step))) {
    return `is ${JSON.stringify(path)}, with . or .. as a step`;
  }
  return null;
}

const path = z
  .string()
  .check((context) => {
    const fault = pathFault(context.value);
    if (fault !== null) context.issues.push({ code: 'custom', input: context.value, message: fault });
  })
  .meta({
    description: "The path of the resource below the connection's base URL.",
    pattern: '^/(?![/\\\\])',
    examples: ['/api/v2/settlements'],
  });

const parameter = (byDefault: string, what: string) =>
  parameterName
    .nullable()
    .default(byDefault)
    .meta({ description: `The query parameter of ${what}; null where the vendor has none.` });

const parameters = strict({
  start: parameter('start_date', 'the first day, sent as YYYY-MM-DD'),
  end: parameter('end_date', 'the last day, sent as YYYY-MM-DD'),
  page_size: parameter('page_size', 'the records a page'),
}).meta({ description: 'The names of the query parameters.' });

const fixed = z
  .record(
    parameterName.refine(
      (name) => !soundsSecret(name),
      'sounds like a secret; a profile is stored and shown in the clear, secrets belong to the connection',
    ),
    z.string(),
  )
  .default({})
  .meta({
    description: 'Query parameters that are sent as they are; no secrets, a profile is shown in the clear.',
  });

const next = (what: string) =>
  memberName.meta({ description: `The member of the page's object that ${what}` });

const paging = z
  .discriminatedUnion('style', [
    strict({
      style: z.literal('page'),
      parameter: parameterName
        .default('page')
        .meta({ description: "The query parameter of the page's number." }),
      first: z.int().min(0, 'is below 0').default(1).meta({ description: 'The number of the first page.' }),
      next: next('tells whether there are more pages: false, null, 0, empty or absent ends.').default(
        'next_page',
      ),
    }).meta({ title: 'By number' }),
    strict({
      style: z.literal('cursor'),
      parameter: parameterName.meta({ description: 'The query parameter that the cursor is sent in.' }),
      next: next('holds the cursor of the next page; absent, null or empty ends.'),
    }).meta({ title: 'By cursor' }),
    strict({
      style: z.literal('link'),
      next: next(
        "holds the address of the next page, which must be of the vendor's own origin; absent, null or empty ends.",
      ),
    }).meta({ title: 'By link' }),
  ])
  .default({ style: 'page', parameter: 'page', first: 1, next: 'next_page' })
  .meta({ description: 'How the next page is found.' });

const delivery = strict({
  calendar: z.string().meta({
    description: 'The id of the market calendar whose labels these are.',
    examples: ['PJM', 'ERCOT', 'NYISO/upload'],
  }),
  date: memberPath,
  date_form: dayForm.optional(),
  label: memberPath,
  flag: memberPath.optional(),
}).meta({
  description:
    "A delivery window told by the market's own day and label (hour ending 1 to 24, say), and, where the market tells the repeated hour apart by it, a flag. It stands in for delivery_start and delivery_end, or is checked against them.",
});

const fieldSource = fieldSources();

function fields(schema: RecordSchema) {
  const shape = Object.fromEntries(schema.fields.map((field) => [field.name, fieldSource(field).optional()]));
  return z
    .strictObject(shape, {
      error: (issue) =>
        issue.code === 'unrecognized_keys' ? `is no field of ${schema.resource}` : undefined,
    })
    .default({})
    .meta({
      description:
        'What each field is made from: the name of a member, the list of names on the way to it, or more; null for nothing. A field that is not named comes from the member of its own name.',
    });
}

function resource(name: Resource) {
  return {
    path,
    parameters: parameters.prefault({}),
    fixed,
    paging,
    results: memberName
      .default('results')
      .meta({ description: "The member of the page's object that holds the list of records." }),
    fields: fields(RECORD_SCHEMAS[name]),
    only: z.boolean().default(false).meta({
      description: 'True: a field that is not named has no source, even if a member bears its name.',
    }),
    ignored: z.array(memberName).default([]).meta({
      description: 'Members that the vendor is known to send and that no field takes: no schema drift.',
    }),
  };
}

export const RESOURCE_DOCUMENTS = {
  settlements: strict({ ...resource('settlements'), delivery: delivery.optional() }).meta({
    title: 'Settlements',
  }),
  trades: strict(resource('trades')).meta({ title: 'Trades' }),
  curves: strict(resource('curves')).meta({ title: 'Curves' }),
} satisfies Record<Resource, z.ZodType>;

export const profileDocument = strict({
  $schema: z.string().optional().meta({ description: 'The JSON Schema of this file, for editors.' }),
  profile: z
    .literal(FORMAT, {
      error: (issue) =>
        issue.input === undefined
          ? undefined
          : `is not ${FORMAT}, the version of the file format that this Tieout reads`,
    })
    .meta({ description: 'The version of this file format.' }),
  name: z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}$/,
      'is no name; use letters, digits, spaces, dots, dashes and underscores, 64 at most',
    )
    .meta({ description: "The profile's name, the same in all its revisions." }),
  revision: z
    .int()
    .min(1, 'is below 1')
    .meta({ description: 'Raised with each change; a workspace takes a revision in one wording only.' }),
  description: z.string().optional().meta({ description: 'For people.' }),
  idempotency: z.boolean().default(false).meta({
    description:
      'True where the vendor guarantees that requests with the same Idempotency-Key act once. Only then is a request that changes something sent again after a fault.',
  }),
  resources: strict({
    settlements: RESOURCE_DOCUMENTS.settlements,
    trades: RESOURCE_DOCUMENTS.trades.optional(),
    curves: RESOURCE_DOCUMENTS.curves.optional(),
  }),
}).meta({
  title: 'Tieout connection profile',
  description: "How one vendor's API is asked, and how its records become Tieout's.",
});

export type ProfileDocument = z.infer<typeof profileDocument>;
export type ResourceDocument = z.infer<(typeof RESOURCE_DOCUMENTS)[Resource]>;
