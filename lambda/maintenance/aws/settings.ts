/** Settings of the tasks that deal with AWS, from environment variables. */
import { ENVIRONMENT_VARIABLES as NAMES } from '../../../app/contract/environment';
import type { DatabaseEngine } from '../verify-backup/backup-state';

type Env = Record<string, string | undefined>;

/** Throws an Error that names the variable. */
export function need(name: keyof typeof NAMES, env: Env = process.env): string {
  const text = env[NAMES[name]];
  if (!text) throw new Error(`${NAMES[name]} is not set`);
  return text;
}

/** Null when the variable is not set. */
export function optional(name: keyof typeof NAMES, env: Env = process.env): string | null {
  return env[NAMES[name]] || null;
}

export function list(name: keyof typeof NAMES, env: Env = process.env): string[] {
  return (env[NAMES[name]] ?? '').split(',').filter(Boolean);
}

export function databaseEngine(env: Env = process.env): DatabaseEngine {
  const engine = need('databaseEngine', env);
  if (engine === 'postgresql' || engine === 'aurora-postgresql') return engine;
  throw new Error(`${NAMES.databaseEngine} is "${engine}": postgresql and aurora-postgresql are allowed`);
}
