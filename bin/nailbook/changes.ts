/** Changes of a configuration, as `--with key=value` states them. */
import { ConfigurationError, parseEnvironment, type EnvironmentConfig } from '../../lib/config/schema';
import { suggestion } from './nearest';
import { UsageError } from './terminal';

/** A field of the configuration by its path, for example `database.instanceType`. */
export interface Change {
  path: string;
  /** As typed. */
  value: string;
}

/**
 * Reads `a.b=1,c=x`: a comma separates changes only before the next `key=`, so that a value may be a list. Throws a UsageError for what is
 * no `key=value`.
 */
export function parseChanges(text: string): Change[] {
  return text.split(/,(?=[\w.]+=)/).map((part) => {
    const [, path, value] = /^([\w.]+)=(.*)$/s.exec(part.trim()) ?? [];
    if (path === undefined || value === undefined) {
      throw new UsageError(`--with has "${part}": allowed is key=value, for example database.instanceType=r6g.2xlarge`);
    }
    return { path, value };
  });
}

/**
 * The configuration with the changes made and checked again; `null` removes an optional field. Throws a UsageError that names the field,
 * the value and what is allowed.
 */
export function withChanges(config: EnvironmentConfig, changes: readonly Change[]): EnvironmentConfig {
  const changed: unknown = structuredClone(config);
  for (const { path, value } of changes) {
    const keys = path.split('.');
    const last = keys.pop() ?? '';
    const parent = keys.reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), changed);
    if (!isObject(parent)) throw noField(path, config);
    const parsed = valueOf(value, parent[last]);
    if (parsed === null) delete parent[last];
    else parent[last] = parsed;
  }
  try {
    return parseEnvironment(changed);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const unknown = changes.find(({ path }) => error.message.includes(`  ${path} is no field`));
    throw unknown ? noField(unknown.path, config) : new UsageError(error.message);
  }
}

function noField(path: string, config: EnvironmentConfig): UsageError {
  return new UsageError(`--with names ${path}, which is no field of ${config.name}${suggestion(path, paths(config))}`);
}

/** Numbers, booleans, null and JSON as such; a list may do without brackets; everything else is text. */
function valueOf(text: string, current: unknown): unknown {
  if (Array.isArray(current) && !text.startsWith('[') && text !== 'null') return text === '' ? [] : text.split(',');
  try {
    const parsed: unknown = JSON.parse(text);
    return parsed;
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

/** Of every field, and of every group of fields. */
function paths(config: unknown, prefix = ''): string[] {
  if (!isObject(config)) return [];
  return Object.entries(config).flatMap(([key, value]) => [prefix + key].concat(paths(value, `${prefix}${key}.`)));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
