/** The API's description, as far as tests read it: they take the routes from here, so that a new route is tested by itself. */

export interface Schema {
  type?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  format?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  minProperties?: number;
  items?: Schema;
  required?: string[];
  properties?: Record<string, Schema>;
}

export interface Operation {
  summary?: string;
  tags?: string[];
  security?: Record<string, string[]>[];
  parameters?: { name: string; in: string; required?: boolean; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { content?: Record<string, unknown> }>;
}

export interface OpenApiDocument {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
}

export interface DescribedRoute {
  method: string;
  /** With parameters in braces. */
  path: string;
  operation: Operation;
  /** Whether a token is asked for. */
  guarded: boolean;
}

export function operationsOf({ paths }: OpenApiDocument): DescribedRoute[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method,
      path,
      operation,
      guarded: (operation.security ?? []).length > 0,
    })),
  );
}

/** The smallest body that an operation's schema takes, or `undefined` where it takes none. */
export function sampleBody({ requestBody }: Operation): unknown {
  const schema = requestBody?.content['application/json']?.schema;
  return schema && sample(schema);
}

function sample(schema: Schema): unknown {
  const { type, properties = {}, required = [], items = {}, minItems = 0 } = schema;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.anyOf?.[0]) return sample(schema.anyOf[0]);
  if (type === 'object') return Object.fromEntries(required.map((name) => [name, sample(properties[name] ?? {})]));
  if (type === 'array') return Array.from({ length: minItems }, () => sample(items));
  if (type === 'integer' || type === 'number') return schema.minimum ?? 1;
  if (type === 'boolean') return true;
  if (type === 'null') return null;
  if (schema.format === 'date-time') return '2026-11-20T10:00:00+08:00';
  if (schema.format === 'date') return '2026-11-20';
  return '1'.repeat(schema.minLength ?? 1);
}
