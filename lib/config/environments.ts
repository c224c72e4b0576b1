/** The environments by name, checked. */
import { dev } from './dev';
import { production } from './production';
import {
  ConfigurationError,
  ENVIRONMENT_NAMES,
  parseEnvironment,
  type EnvironmentConfig,
  type EnvironmentName,
} from './schema';
import { staging } from './staging';

const INPUTS = { dev, staging, production };

/** The effective configuration. Throws a ConfigurationError that lists what is wrong with it. */
export function environment(name: EnvironmentName): EnvironmentConfig {
  return parseEnvironment(INPUTS[name]);
}

/** The environments that `-c environment=` selects: the one of that name, or all. Throws a ConfigurationError for an unknown name. */
export function selectEnvironments(name: unknown): EnvironmentConfig[] {
  if (name === undefined) return ENVIRONMENT_NAMES.map(environment);
  const known = ENVIRONMENT_NAMES.find((candidate) => candidate === name);
  if (!known) {
    throw new ConfigurationError(
      `environment is ${JSON.stringify(name)}: allowed is one of ${ENVIRONMENT_NAMES.join(', ')}`,
    );
  }
  return [environment(known)];
}
