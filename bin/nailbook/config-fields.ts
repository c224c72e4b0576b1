/** The fields of an environment's configuration, each with its unit, what is allowed and why it has its value. */
import { dev } from '../../lib/config/dev';
import { environment } from '../../lib/config/environments';
import { production } from '../../lib/config/production';
import { ConfigurationError, parseEnvironment, type EnvironmentConfig } from '../../lib/config/schema';
import { staging } from '../../lib/config/staging';
import { environmentReasons, reasonFor, schemaTexts, textFor } from './config-reasons';

export interface ConfigField {
  /** For example `service.scaling.cpuPercent`. */
  path: string;
  value: unknown;
  /** For example `GiB`; undefined where the value needs none. */
  unit: string | undefined;
  /** What the schema would take instead; undefined where it does not say. */
  allowed: string | undefined;
  /** The environment's file states it, the schema fills it in, or it was changed for this look. */
  source: 'stated' | 'default' | 'changed';
  /** What the field is. */
  description: string;
  /** Why it has this value. */
  reason: string;
}

const INPUTS: Record<EnvironmentConfig['name'], unknown> = { dev, staging, production };

/** A reason that only names requirements, for example `A7, D6`. */
const ONLY_REQUIREMENTS = /^[A-E]\d+(, [A-E]\d+)*$/;

/** In the order of the schema, a list counting as one field. */
export function configFields(config: EnvironmentConfig): ConfigField[] {
  const committed = environment(config.name);
  const reasons = environmentReasons(config.name);
  const texts = schemaTexts();
  return leaves(config).map(({ path, value }) => {
    const { description = '', defaultReason = '' } = textFor(path, texts) ?? {};
    const allowed = allowedFor(path, value, config);
    const before = valueAt(committed, path);
    let source: ConfigField['source'] = 'stated';
    let reason = reasonFor(path, reasons) ?? '';
    if (JSON.stringify(value) !== JSON.stringify(before)) {
      source = 'changed';
      reason = `instead of ${before === undefined ? 'none' : JSON.stringify(before)}`;
    } else if (valueAt(INPUTS[config.name], path) === undefined) {
      source = 'default';
      reason = defaultReason;
    } else if (ONLY_REQUIREMENTS.test(reason) && description !== '') {
      reason = `${reason}: ${description}`;
    }
    return { path, value, unit: unitOf(value, allowed), allowed, source, description, reason: reason || description };
  });
}

function unitOf(value: unknown, allowed = ''): string | undefined {
  return typeof value === 'number' ? / \(([^()]+)\)$/.exec(allowed)?.[1] : undefined;
}

/** Asks the schema what it takes for a field, by the words with which it refuses a value that no field takes. */
function allowedFor(path: string, value: unknown, config: EnvironmentConfig): string | undefined {
  const changed: unknown = structuredClone(config);
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  const parent = keys.length === 0 ? changed : valueAt(changed, keys.join('.'));
  if (!isObject(parent)) return undefined;
  parent[last] = typeof value === 'number' ? -1 : null;
  try {
    parseEnvironment(changed);
    return undefined;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const [, allowed] = new RegExp(`^ {2}${path} is \\S+: allowed is (.*)$`, 'm').exec(error.message) ?? [];
    return allowed?.startsWith('Invalid input') ? undefined : allowed;
  }
}

function leaves(value: unknown, prefix = ''): { path: string; value: unknown }[] {
  if (!isObject(value)) return [{ path: prefix, value }];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, prefix === '' ? key : `${prefix}.${key}`));
}

function valueAt(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
