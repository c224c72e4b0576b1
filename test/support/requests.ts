/** Requests made from an operation's description: valid ones, and valid ones with something done to them that nobody should do. */
import fc from 'fast-check';
import { NOW } from './api';
import type { DescribedRoute, Schema } from './openapi';

/** Values for fields by their name, as far as the description cannot know them: ids that exist, names of time zones. */
export type Known = Record<string, string[]>;

export interface GeneratedRequest {
  path: Record<string, unknown>;
  query: Record<string, unknown>;
  headers: Record<string, unknown>;
  /** JSON; `undefined` where the operation takes none. */
  body?: unknown;
}

const HALF_HOUR = 30 * 60_000;
const DAY = 48 * HALF_HOUR;

/** On the days of the coming five weeks, in the hours in which the test salon is open. */
const instant = fc
  .record({ day: fc.nat(35), step: fc.integer({ min: 2, max: 18 }) })
  .map(({ day, step }) => new Date(NOW + day * DAY + step * HALF_HOUR).toISOString());
const date = fc.nat(35).map((days) => new Date(NOW + days * DAY).toISOString().slice(0, 10));

function textOf(name: string, schema: Schema, known: Known): fc.Arbitrary<unknown> {
  const { minLength = 0, maxLength = 1_000, pattern, format } = schema;
  if (format === 'date-time') return instant;
  if (format === 'date') return date;
  const words =
    format === 'uuid'
      ? fc.uuid()
      : pattern === undefined
        ? fc.string({ unit: 'grapheme-ascii', minLength, maxLength: Math.min(maxLength, minLength + 20) })
        : fc.stringMatching(new RegExp(pattern, 'u'), { size: '-1' });
  const values = known[name] ?? known[name.replace(/s$/, '')];
  return values?.length ? fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...values) }, words) : words;
}

/** Values that a schema takes. */
export function valueOf(name: string, schema: Schema, known: Known): fc.Arbitrary<unknown> {
  const { type, properties = {}, required = [], items = {}, minItems = 0, maxItems = 10 } = schema;
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map((one) => valueOf(name, one, known)));
  if (type === 'string') return textOf(name, schema, known);
  if (type === 'integer') return fc.integer({ min: schema.minimum ?? 0, max: schema.maximum ?? 1_000_000 });
  if (type === 'boolean') return fc.boolean();
  if (type === 'null') return fc.constant(null);
  if (type === 'array') {
    const lengths = { minLength: minItems, maxLength: Math.min(maxItems, minItems + 2) };
    const item = valueOf(name, items, known);
    return schema.uniqueItems ? fc.uniqueArray(item, lengths) : fc.array(item, lengths);
  }
  if (type === 'object') {
    const fields = Object.entries(properties).map(([key, value]) => [key, valueOf(key, value, known)]);
    const record = fc.record(Object.fromEntries(fields) as Record<string, fc.Arbitrary<unknown>>, {
      requiredKeys: required,
      noNullPrototype: true,
    });
    return record.filter((value) => Object.keys(value).length >= (schema.minProperties ?? 0));
  }
  throw new Error(`The generator does not know how to make "${name}" of ${JSON.stringify(schema)}`);
}

/** Requests that an operation's description allows. */
export function validRequest({ operation }: DescribedRoute, known: Known): fc.Arbitrary<GeneratedRequest> {
  const place = (where: string) => {
    const here = (operation.parameters ?? []).filter((parameter) => parameter.in === where);
    const schema: Schema = {
      type: 'object',
      properties: Object.fromEntries(here.map((parameter) => [parameter.name, parameter.schema])),
      required: here.filter((parameter) => parameter.required).map((parameter) => parameter.name),
    };
    return valueOf(where, schema, known) as fc.Arbitrary<Record<string, unknown>>;
  };
  const schema = operation.requestBody?.content['application/json']?.schema;
  return fc.record({
    path: place('path'),
    query: place('query'),
    headers: place('header'),
    body: schema ? valueOf('body', schema, known) : fc.constant(undefined),
  });
}

const HOSTILE_TEXTS = [
  '',
  ' ',
  '0',
  '-1',
  '007',
  '1e3',
  'NaN',
  'null',
  '9'.repeat(18),
  '9223372036854775808',
  '9'.repeat(40),
  'a\u0000b',
  '\u0000',
  '\u0001\u001f\u007f\r\n',
  '\ud800',
  '美甲💅🏽\u202e\ufeff',
  "'; DROP TABLE bookings; --",
  '%_\\',
  '${jndi:x}{{7*7}}',
  '../../etc/passwd',
  'x'.repeat(5_000),
  '💅'.repeat(600),
  '__proto__',
  '2026-02-30',
  '2026-13-01',
  '0000-00-00',
  '0001-01-01',
  '9999-12-31',
  '+275760-09-13',
  '2025-02-29T10:00:00Z',
  '0001-01-03T00:00:00Z',
  '9999-12-28T23:59:59.999999999Z',
  '9999-12-31T23:59:59-23:59',
  '2026-11-03T10:00:00+99:99',
  '24:00',
  '23:60',
  '00000000-0000-0000-0000-000000000000',
  'Etc/GMT+14',
  'Factory',
  'image/svg+xml',
];
const HOSTILE_NUMBERS = [0, -1, 1.5, 2 ** 31 - 1, 2 ** 31, 2 ** 53, -(2 ** 63), 1e19, 1e308, 5e-324];

/** A list in a list in a list …: deep enough to break whoever walks it by recursion without care. */
const deep: unknown = JSON.parse(`${'['.repeat(2_000)}${']'.repeat(2_000)}`);

/** What stands in place of a value: of another type, of another format, far too much, or nothing (`undefined`). */
const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom<unknown>(...HOSTILE_TEXTS) },
  { weight: 3, arbitrary: fc.constantFrom<unknown>(...HOSTILE_NUMBERS) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<unknown>(undefined, null, true, [], {}, [[]], [1, 'a', null], { length: 3 }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>(
      deep,
      Array<string>(2_000).fill('1'),
      Array.from({ length: 300 }, () => ({})),
    ),
  },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);

type Path = string[];

/** The ways to what is in a value, down to the depth of any described field. */
function pathsIn(value: unknown, above: Path = []): Path[] {
  if (typeof value !== 'object' || value === null || above.length === 6) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const here = above.concat(key);
    return [here].concat(pathsIn(inner, here));
  });
}

/** A copy with another value at the end of the path, or without what is there. */
function changed(value: unknown, [key, ...rest]: Path, replacement: unknown): unknown {
  if (key === undefined) return replacement;
  if (typeof value !== 'object' || value === null) return value;
  const next = changed(Reflect.get(value, key), rest, replacement);
  if (Array.isArray(value)) return value.map((item: unknown, index) => (String(index) === key ? next : item));
  return { ...value, [key]: next };
}

/** Valid requests with one or two things in them replaced or added, anywhere. */
export function hostileRequest(route: DescribedRoute, known: Known): fc.Arbitrary<GeneratedRequest> {
  const change = fc.record({ at: fc.nat(), value: hostileValue });
  return fc
    .tuple(validRequest(route, known), fc.array(change, { minLength: 1, maxLength: 2 }))
    .map(([request, changes]) => {
      let result: unknown = request;
      for (const { at, value } of changes) {
        // The places themselves stay; to each one thing that is not described may be added.
        const inside = pathsIn(result).filter((path) => path.length > 1 || path[0] === 'body');
        const places = [...inside, ['query', 'surplus'], ...(request.body === undefined ? [] : [['body', 'surplus']])];
        result = changed(result, places[at % places.length] ?? [], value);
      }
      return result as GeneratedRequest;
    });
}
