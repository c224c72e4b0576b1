/** Checks requests against their route's schema and reports everything wrong at once, not only the first thing. */
import type { FastifyInstance, FastifySchemaCompiler } from 'fastify';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { isInstant } from './instant';

/** Query, path and headers are text, so a number arrives as one and a list of one as a single value; a JSON body says what it means. */
export function validateRequests(server: FastifyInstance): void {
  const text = validator({ coerceTypes: 'array' });
  const json = validator({ coerceTypes: false });
  const compile: FastifySchemaCompiler<object> = ({ schema, httpPart }) =>
    (httpPart === 'body' ? json : text).compile(schema);
  server.setValidatorCompiler(compile);
}

function validator(options: { coerceTypes: boolean | 'array' }): Ajv {
  // Bodies are limited to 64 kB, so finding all errors cannot be made expensive; the answer shows the first ones. `verbose` hands it
  // the schema's own words for what is allowed.
  const ajv = new Ajv({ ...options, useDefaults: true, removeAdditional: false, allErrors: true, verbose: true });
  return addFormats(ajv).addFormat('date-time', isInstant);
}
