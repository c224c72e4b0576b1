/**
 * Lets people on call run the checks of a runbook (E4). The databases take no connection from outside and nobody logs in inside, so a
 * function in the network looks for them: `nailbook diagnose <what> --environment <name>`.
 */
import { Duration } from 'aws-cdk-lib';
import { DIAGNOSE_PROGRAM } from '../../app/contract/maintenance';
import { ENVIRONMENT_VARIABLES as NAMES } from '../../app/contract/environment';
import { letRead } from '../data/secret-access';
import type { PlatformStack } from '../platform-stack';
import { TaskFunction } from '../task-function';
import { loginVariables, type MaintenanceDependencies } from './dependencies';

export function diagnosis(stack: PlatformStack, dependencies: MaintenanceDependencies): void {
  const { vpc, database, secrets, cache, cacheToken } = dependencies;
  const description = 'Runs the checks of a runbook for whoever is on call';
  const program = new TaskFunction(stack, 'Diagnose', {
    program: `maintenance/${DIAGNOSE_PROGRAM}`,
    description,
    timeout: Duration.minutes(3), // a statement may take one
    memoryMib: 512,
    environment: {
      ...loginVariables(dependencies),
      [NAMES.cacheUrl]: cache.url,
      [NAMES.cacheSecretArn]: cacheToken.secretArn,
    },
    vpc,
  });
  program.connections.allowToDefaultPort(database, description);
  program.connections.allowToDefaultPort(cache, description);
  letRead(program, secrets.logins.maintenance);
  letRead(program, cacheToken);
}
