/** The configuration of one environment, and the check that stops synth when a field of it is wrong. */
import type { z } from 'zod';
import { environmentSchema, type EnvironmentConfig } from './parts/environment';
import { refusals } from './rules';

export { ENVIRONMENT_NAMES } from './parts/environment';
export type { EnvironmentConfig, EnvironmentInput, EnvironmentName } from './parts/environment';

/** Says everything that is wrong with a configuration at once; shown to the person who synthesises, without a stack trace. */
export class ConfigurationError extends Error {
  override name = 'ConfigurationError';
}

/** Fills in the defaults. Throws a ConfigurationError that lists each wrong field with its value and what is allowed. */
export function parseEnvironment(input: unknown): EnvironmentConfig {
  const { data, error } = environmentSchema.safeParse(input);
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
