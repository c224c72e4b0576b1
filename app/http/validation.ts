/** Checks requests against their route's schema and reports everything wrong at once, not only the first thing. */
import type { FastifyInstance, FastifySchemaCompiler } from 'fastify';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { isDate, isInstant } from './instant';

/** Query, path and headers are text, so a number arrives as one and a list of one as a single value; a JSON body says what it means. */
export function validateRequests(server: FastifyInstance): void {
  const text = validator({ coerceTypes: 'array' });
  const json = validator({ coerceTypes: false });
  const compile: FastifySchemaCompiler<object> = ({ schema, httpPart }) => {
    const validate = (httpPart === 'body' ? json : text).compile(schema);
    return (data: unknown) => {
      if (!validate(data)) return { error: validate.errors ?? [] };
      const at = placeOfNul(data);
      return at === undefined ? true : { error: [{ instancePath: at, ...NUL_REFUSED }] };
    };
  };
  server.setValidatorCompiler(compile);
}

/** PostgreSQL stores every character but this one, and would not say in which field it was. */
const NUL_REFUSED = {
  keyword: 'nul',
  schemaPath: '#/nul',
  params: {},
  message: 'must not have the character U+0000',
};

/** The JSON pointer to the first text with a NUL in it. What a schema has let pass is as flat as the schema. */
function placeOfNul(value: unknown, at = ''): string | undefined {
  if (typeof value === 'string') return value.includes('\u0000') ? at : undefined;
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return undefined;
  for (const [name, inner] of Object.entries(value)) {
    const found = placeOfNul(inner, `${at}/${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function validator(options: { coerceTypes: boolean | 'array' }): Ajv {
  // Bodies are limited to 64 kB, so finding all errors cannot be made expensive; the answer shows the first ones. `verbose` hands it
  // the schema's own words for what is allowed.
  const ajv = new Ajv({ ...options, useDefaults: true, removeAdditional: false, allErrors: true, verbose: true });
  return addFormats(ajv).addFormat('date', isDate).addFormat('date-time', isInstant);
}
