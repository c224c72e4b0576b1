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
  const { data, error } = environmentSchema.safeParse(input, { error: kindOf });
  const problems = error ? firstOfEach(error.issues).flatMap((issue) => describe(issue, input)) : refusals(data);
  if (problems.length > 0 || !data) {
    const name = valueAt(input, ['name']);
    throw new ConfigurationError(`The configuration of ${show(name)} is refused:\n  ${problems.join('\n  ')}`);
  }
  return data;
}

/** What is allowed where a field does not say so itself. */
const KINDS: Partial<Record<string, string>> = {
  object: 'an object with fields of its own',
  array: 'a list',
  string: 'a text',
  int: 'a whole number, without quotes',
  number: 'a number, without quotes',
};

function kindOf(issue: z.core.$ZodRawIssue): string | undefined {
  return issue.code === 'invalid_type' ? KINDS[issue.expected] : undefined;
}

/** A value of the wrong kind also fails whatever else is asked of it. */
function firstOfEach(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue[] {
  const paths = issues.map(({ path }) => fieldName(path));
  return issues.filter((_, index) => paths.indexOf(paths[index] ?? '') === index);
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
  if (value === undefined) return 'an unnamed environment';
  // JSON has no NaN.
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}
