/** The configuration of one environment: its fields, and the check that stops synth when one of them is wrong. */
import { z } from 'zod';
import { flag, logRetention, oneOf, region, text, timeOfDay } from './fields';
import { access } from './parts/access';
import { cache } from './parts/cache';
import { database } from './parts/database';
import { domain, edge } from './parts/edge';
import { network } from './parts/network';
import { recovery } from './parts/recovery';
import { service } from './parts/service';
import { storage } from './parts/storage';
import { refusals } from './rules';

export const ENVIRONMENT_NAMES = ['dev', 'staging', 'production'] as const;
export type EnvironmentName = (typeof ENVIRONMENT_NAMES)[number];

const environment = z.strictObject({
  name: oneOf(ENVIRONMENT_NAMES),

  /** The AWS account that holds this environment and no other. @example '111111111111' */
  account: text(/^\d{12}$/, 'the 12 digits of an AWS account'),

  /** @default 'ap-northeast-1' (Tokyo, the nearest to Taiwan with every service in use) */
  region: region().default('ap-northeast-1'),

  /** Availability zones, stated because a look-up needs an AWS account. @example ['ap-northeast-1a', 'ap-northeast-1c', 'ap-northeast-1d'] */
  zones: z
    .array(z.string(), { error: 'a list of availability zones' })
    .min(2, { error: 'at least 2 zones' })
    .max(3, { error: 'at most 3 zones' }),

  /** Zone of every window and schedule below, one without daylight saving. @default 'Asia/Taipei' */
  timeZone: oneOf(['Asia/Taipei', 'Asia/Tokyo', 'UTC']).default('Asia/Taipei'),

  /** Refuse to delete any stack until this is off. */
  terminationProtection: flag(),

  /** Days that logs are kept. @default 90 (requirement E5) */
  logDays: logRetention().default(90),

  /** When the daily comparison of what runs with what was deployed is made. @default '06:30', after the quiet hours' work */
  driftCheckAt: timeOfDay().default('06:30'),

  domain,
  network,
  database,
  cache,
  storage: storage.prefault({}),
  edge: edge.prefault({}),
  service,
  access,

  /** Recovery points and copies beyond RDS's own backups. @default none */
  recovery: recovery.optional(),
});

/** What an environment file states. */
export type EnvironmentInput = z.input<typeof environment>;

/** The same with every default filled in: what the constructs read. */
export type EnvironmentConfig = z.output<typeof environment>;

/** Says everything that is wrong with a configuration at once; shown to the person who synthesises, without a stack trace. */
export class ConfigurationError extends Error {
  override name = 'ConfigurationError';
}

/** Fills in the defaults. Throws a ConfigurationError that lists each wrong field with its value and what is allowed. */
export function parseEnvironment(input: unknown): EnvironmentConfig {
  const { data, error } = environment.safeParse(input);
  const problems = error ? error.issues.flatMap((issue) => describe(issue, input)) : refusals(data);
  if (problems.length > 0 || !data) {
    const name = valueAt(input, ['name']);
    throw new ConfigurationError(`The configuration of ${show(name)} is refused:\n  ${problems.join('\n  ')}`);
  }
  return data;
}

function describe(issue: z.core.$ZodIssue, input: unknown): string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${fieldName([...issue.path, key])} is no field: remove it, or correct its name`);
  }
  const value = valueAt(input, issue.path);
  const state = value === undefined ? 'is missing' : `is ${show(value)}`;
  return [`${fieldName(issue.path)} ${state}: allowed is ${issue.message}`];
}

function fieldName(path: readonly PropertyKey[]): string {
  return path.map(String).join('.') || 'the configuration';
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    input,
  );
}

function show(value: unknown): string {
  return value === undefined ? 'an unnamed environment' : JSON.stringify(value);
}
