/** Called by ECS before green starts. */
import { RDSClient } from '@aws-sdk/client-rds';
import { API_CONTAINER } from '../../../app/contract/api';
import { ENVIRONMENT_VARIABLES as NAMES } from '../../../app/contract/environment';
import { databaseEngine, need } from '../../maintenance/aws/settings';
import { hookDependencies } from '../wiring';
import { createBeforeScaleUpHandler } from './before-scale-up';
import { databaseSnapshots } from './snapshots';

/** What the task has that the API's own has not: the other logins, and where the record is. */
const MIGRATION_VARIABLES = [
  'databaseAdminSecretArn',
  'databaseOwnerSecretArn',
  'databaseMaintenanceSecretArn',
  'releasesBucket',
] as const;

export const handler = createBeforeScaleUpHandler({
  ...hookDependencies(),
  snapshots: databaseSnapshots(new RDSClient({}), databaseEngine(), need('databaseIdentifier')),
  migration: {
    container: API_CONTAINER,
    roleArn: need('migrationRoleArn'),
    environment: Object.fromEntries(MIGRATION_VARIABLES.map((name) => [NAMES[name], need(name)])),
    releaseVariable: NAMES.releaseId,
  },
});
