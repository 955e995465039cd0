/** The JSON Schema of a mapping, for editors: docs/mapping.schema.json. */
import { z } from 'zod';
import { mappingDocument } from './mapping-document.ts';

/** Draft 7, which every editor knows. */
export function mappingSchemaText(): string {
  const schema = z.toJSONSchema(mappingDocument, {
    target: 'draft-07',
    io: 'input',
    override: ({ jsonSchema }) => {
      // What zod adds to whole numbers by itself says nothing to a reader.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  });
  return `${JSON.stringify(schema, null, 2)}\n`;
}
