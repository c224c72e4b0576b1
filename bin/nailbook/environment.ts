/** Environments on the command line. */
import { Argument, InvalidArgumentError, Option } from 'commander';
import { ENVIRONMENT_NAMES, type EnvironmentName } from '../../lib/config/schema';
import { suggestion } from './nearest';

/** Throws an InvalidArgumentError, which says what is allowed and what was probably meant. */
export function environmentName(value: string): EnvironmentName {
  const known = ENVIRONMENT_NAMES.find((name) => name === value);
  if (known) return known;
  throw new InvalidArgumentError(
    `Allowed is one of ${ENVIRONMENT_NAMES.join(', ')}${suggestion(value, ENVIRONMENT_NAMES)}.`,
  );
}

export function environmentArgument(): Argument {
  return new Argument('<environment>', `one of ${ENVIRONMENT_NAMES.join(', ')}`).argParser(environmentName);
}

/** For what can be done on this machine as well. */
export function whereOption(): Option {
  return new Option('--environment <name>', 'where: local is the platform that runs on this machine')
    .choices(['local', ...ENVIRONMENT_NAMES])
    .default('local');
}
