/** Restores an environment on AWS: a copy beside the database, checked, then put in its place under its name. */
import { ECSClient, ListTasksCommand, StopTaskCommand, waitUntilServicesStable } from '@aws-sdk/client-ecs';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { RDSClient } from '@aws-sdk/client-rds';
import { S3Client } from '@aws-sdk/client-s3';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { setTimeout as sleep } from 'node:timers/promises';
import { maintenanceName } from '../../app/contract/maintenance';
import type { Drill } from '../../lambda/maintenance/restore-drill/drill';
import { environment as configuration } from '../../lib/config/environments';
import type { EnvironmentConfig, EnvironmentName } from '../../lib/config/schema';
import { DATABASE_LOGINS } from '../../lib/data/secrets';
import { environmentName } from './environment';
import { invoke } from './invoke';
import { ERASE_AGAIN, type RestorePlan, type RestorePoint } from './restore-plan';
import { CLUSTER } from './restore-cluster';
import { type DatabaseRestore, replacedName, type RestorableDatabase } from './restore-database';
import { filesToRestore, restoreFile } from './restore-files';
import { INSTANCE } from './restore-instance';

export interface RestoreClients {
  rds: RDSClient;
  s3: S3Client;
  ecs: ECSClient;
  lambda: LambdaClient;
  secrets: SecretsManagerClient;
  /** Waits between two looks. */
  pause: () => Promise<void>;
  now: () => Date;
}

const createClients = (region: string): RestoreClients => ({
  rds: new RDSClient({ region }),
  s3: new S3Client({ region }),
  ecs: new ECSClient({ region }),
  lambda: new LambdaClient({ region }),
  secrets: new SecretsManagerClient({ region }),
  pause: () => sleep(30_000),
  now: () => new Date(),
});

const STABLE_SECONDS = 900;

/** A rotation takes some seconds; a look is every half minute. */
const MAX_LOOKS = 10;

/** Reads what there is, changes nothing. Throws a Failure when the point is not to be had, with what is. */
export async function awsPlan(
  point: RestorePoint,
  name: string,
  given: { clients?: RestoreClients; config?: EnvironmentConfig } = {},
): Promise<RestorePlan> {
  const environment: EnvironmentName = environmentName(name);
  const config = given.config ?? configuration(environment);
  const clients = given.clients ?? createClients(config.region);
  const prefix = `nailbook-${environment}`;
  const aurora = config.database.engine === 'aurora-postgresql';
  const database = aurora ? CLUSTER : INSTANCE;
  const identifier = aurora ? `${prefix}-aurora` : prefix;
  const restore: DatabaseRestore = {
    rds: clients.rds,
    pause: clients.pause,
    identifier,
    stamp: clients
      .now()
      .toISOString()
      .replaceAll(/[-:T]|\..*/g, ''),
  };
  const moment = await database.pointOf(restore, point);
  const bucket = `${prefix}-uploads-${config.account}-${config.region}`;
  const files = await filesToRestore(clients.s3, bucket, moment);
  const copy = `${identifier}-restored-${restore.stamp}`;
  const replaced = replacedName(restore);
  return {
    title: `Restore ${environment} to ${moment.toISOString()}${'backup' in point ? `, from ${point.backup}` : ''}`,
    steps: [
      {
        title: `make a copy of the database as it was then, ${copy} (about 30 minutes, nobody notices)`,
        run: () => database.makeCopy(restore, point, copy),
      },
      { title: 'check that the copy is whole', run: () => checkCopy(clients, environment, copy, moment) },
      {
        title: `put it in the place of ${identifier}, which is kept as ${replaced} (about 10 minutes without bookings)`,
        run: () => database.putInPlace(restore, copy),
      },
      {
        title: 'give the logins new passwords: those of the copy may be from before a rotation',
        run: () => renewPasswords(clients, restore, database, environment),
      },
      {
        title: `bring ${files.length} files back that were deleted or replaced since`,
        run: async () => {
          for (const file of files) await restoreFile(clients.s3, bucket, file);
          return `${files.length} files are as they were`;
        },
      },
      { title: 'empty the cache, which remembers what is no longer so', run: () => emptyCache(clients, environment) },
      { title: "restart the API's tasks and wait until they are healthy", run: () => restartTasks(clients, prefix) },
    ],
    warnings: [
      `What was booked after ${moment.toISOString()} is in the database that is kept, and nowhere else: tell the salons.`,
    ],
    afterwards: [
      ...(!aurora && config.database.readReplicas > 0
        ? [
            `The read replicas follow the database that was replaced: delete them, then \`npx cdk deploy ${environment}/data\` makes them anew.`,
          ]
        : []),
      ...(config.recovery?.secondRegion
        ? [
            'The copy in the second region follows the database that was replaced: make it anew as docs/recovery.md says.',
          ]
        : []),
      ERASE_AGAIN,
      `When nothing is missing: delete ${replaced}, after a last snapshot.`,
    ],
  };
}

/** The function of the drill stands in the network, and asks a copy the same questions. */
async function checkCopy(
  { lambda, now }: RestoreClients,
  environment: string,
  copy: string,
  moment: Date,
): Promise<string> {
  const drill: Drill = {
    task: 'restore-drill',
    copy,
    state: 'available',
    orderedAt: now().toISOString(),
    restoredTo: moment.toISOString(),
    backup: null,
    rtoSeconds: null,
    rpoSeconds: 0,
    bookings: null,
    newestBookingAt: null,
    schemaVersion: null,
    failures: [],
    notes: [],
  };
  const { failures, bookings, schemaVersion }: Drill = await invoke(
    lambda,
    maintenanceName(environment, 'restore-drill'),
    { step: 'check', drill },
  );
  // That bookings differ from those of the source may be the very reason of the restore.
  const broken = failures.filter((failure) => !/ of the (source|copy) |^The audit log has /.test(failure));
  if (broken.length > 0) throw new Error(`${broken.join(' ')} ${copy} is left for you to look at`);
  const different = failures.filter((failure) => !broken.includes(failure));
  return [`it is whole: ${bookings} bookings, schema ${schemaVersion}.`, ...different].join(' ');
}

/** The master's password is set to that in its secret; the function that rotates the others logs in with it. */
async function renewPasswords(
  { secrets, pause, now }: RestoreClients,
  restore: DatabaseRestore,
  database: RestorableDatabase,
  environment: string,
): Promise<string> {
  const id = (name: string) => `nailbook/${environment}/${name}`;
  const { SecretString: text = '{}' } = await secrets.send(
    new GetSecretValueCommand({ SecretId: id(DATABASE_LOGINS.admin.secret) }),
  );
  const { password }: { password?: unknown } = JSON.parse(text);
  if (typeof password !== 'string') throw new Error(`${id(DATABASE_LOGINS.admin.secret)} has no "password"`);
  await database.setAdminPassword(restore, password);
  const names = [DATABASE_LOGINS.api, DATABASE_LOGINS.owner, DATABASE_LOGINS.maintenance].map(({ secret }) =>
    id(secret),
  );
  const started = now();
  for (const SecretId of names) await secrets.send(new RotateSecretCommand({ SecretId, RotateImmediately: true }));
  for (const SecretId of names) {
    for (let looks = 0; ; looks++) {
      const { LastRotatedDate: rotated } = await secrets.send(new DescribeSecretCommand({ SecretId }));
      if (rotated && rotated >= started) break;
      if (looks === MAX_LOOKS)
        throw new Error(`${SecretId} was not rotated: look into the log of rotate-database-secret`);
      await pause();
    }
  }
  return `${names.length} logins have new passwords`;
}

async function emptyCache({ lambda }: RestoreClients, environment: string): Promise<string> {
  const { summary, failures }: { summary: string; failures: string[] } = await invoke(
    lambda,
    maintenanceName(environment, 'clean-up-cache'),
    { empty: true },
  );
  if (failures.length > 0) throw new Error(failures.join(' '));
  return summary;
}

/** All at once: they have no database to lose any more. ECS starts as many anew. */
async function restartTasks({ ecs }: RestoreClients, cluster: string): Promise<string> {
  const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster, serviceName: 'api' }));
  for (const task of taskArns) await ecs.send(new StopTaskCommand({ cluster, task, reason: 'nailbook restore' }));
  await waitUntilServicesStable({ client: ecs, maxWaitTime: STABLE_SECONDS }, { cluster, services: ['api'] });
  return `${taskArns.length} tasks were replaced and are healthy`;
}
