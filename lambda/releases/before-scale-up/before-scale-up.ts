/**
 * Before green starts: a snapshot of the database, then the new image's migrations as a task of its own (requirement B3). Green cannot be
 * healthy before, because in a first release not even its login exists. Each call does one step and asks to be called again.
 */
import { DescribeTasksCommand, RunTaskCommand, type ECSClient, type Task } from '@aws-sdk/client-ecs';
import { MIGRATION_COMMAND, PRE_MIGRATION_PREFIX } from '../../../app/contract/release-names';
import type { ReleaseRecord } from '../../../app/contract/release-record';
import { readRevision, type Deployment, type Revision } from '../deployment';
import { createHook, type Finding, type HookAnswer, type HookDependencies, type HookEvent } from '../hook';
import type { Snapshots } from './snapshots';

/** A snapshot of a large database takes half an hour; a release that waits for longer is given up. ECS itself waits for a day. */
const LIMIT_MS = 90 * 60_000;

const SNAPSHOT_SECONDS = 30;
const MIGRATION_SECONDS = 15;

export interface BeforeScaleUpDependencies extends HookDependencies {
  snapshots: Snapshots;
  migration: {
    /** Container of the API's task definition. */
    container: string;
    /** Role of the task: it may read the logins' secrets and write the record. */
    roleArn: string;
    /** Added to the container's environment, for `bin/migrate.js`. */
    environment: Record<string, string>;
    /** Variable that tells it the release whose record it completes. */
    releaseVariable: string;
  };
}

export function createBeforeScaleUpHandler(
  dependencies: BeforeScaleUpDependencies,
): (event: HookEvent) => Promise<HookAnswer> {
  const { ecs, store, clock, snapshots } = dependencies;
  return createHook('before-scale-up', dependencies, async ({ deployment, record }) => {
    const target = await readRevision(ecs, deployment.target);
    const source = deployment.source === null ? null : await readRevision(ecs, deployment.source);
    await store.change(deployment.id, (known) => describe(known ?? record, target, source));
    if (source && target.number <= source.number)
      return { verdict: 'passed', summary: `${named(target)} has been released before: its migrations have run.` };

    if (clock() - (deployment.startedAt?.getTime() ?? clock()) > LIMIT_MS) {
      return {
        verdict: 'failed',
        summary: `Snapshot and migrations have not ended within ${LIMIT_MS / 60_000} minutes.`,
      };
    }
    const name = snapshotName(deployment.startedAt ?? new Date(record.startedAt));
    const snapshot = await snapshots.take(name);
    if (snapshot.state === 'failed')
      return { verdict: 'failed', summary: `The snapshot ${name} failed: ${snapshot.reason}` };
    if (snapshot.state === 'waiting')
      return { verdict: 'waiting', seconds: SNAPSHOT_SECONDS, summary: `Snapshot ${name}: ${snapshot.reason}` };
    await store.change(deployment.id, (known) => ({ ...(known ?? record), snapshot: name }));
    return migrated(dependencies, deployment, target, record);
  });
}

/** `pre-migration-20261122031400`, in UTC: of the release and not of the moment, so that a second call finds the first one's. */
export function snapshotName(startedAt: Date): string {
  return `${PRE_MIGRATION_PREFIX}${startedAt.toISOString().replaceAll(/\D/g, '').slice(0, 14)}`;
}

function describe(record: ReleaseRecord, target: Revision, source: Revision | null): ReleaseRecord {
  return {
    ...record,
    version: target.version,
    taskDefinition: target.taskDefinition,
    previousVersion: source?.version ?? null,
    previousTaskDefinition: source?.taskDefinition ?? null,
    startedBy: record.startedBy ?? target.releasedBy,
  };
}

async function migrated(
  dependencies: BeforeScaleUpDependencies,
  deployment: Deployment,
  target: Revision,
  record: ReleaseRecord,
): Promise<Finding> {
  const { ecs, store } = dependencies;
  const known = record.migration?.taskArn ?? null;
  if (known === null) {
    const started = await startMigration(dependencies, deployment, target);
    if ('reason' in started)
      return { verdict: 'waiting', seconds: SNAPSHOT_SECONDS, summary: `No task could start: ${started.reason}` };
    const migration = { taskArn: started.taskArn, applied: null, error: null };
    await store.change(deployment.id, (now) => {
      // The task may already have said how it went.
      const current = now ?? record;
      return { ...current, migration: { ...migration, ...current.migration, taskArn: started.taskArn } };
    });
    return {
      verdict: 'waiting',
      seconds: MIGRATION_SECONDS,
      summary: `The migrations of ${named(target)} have begun.`,
    };
  }
  const result = said(record.migration);
  if (result) return result;
  const task = await readTask(ecs, target.cluster, known);
  // Read after the task: what it wrote at its end is there when ECS says that it has ended.
  const { migration } = (await store.read(deployment.id)) ?? record;
  return (
    said(migration) ??
    ended(task, target) ?? {
      verdict: 'waiting',
      seconds: MIGRATION_SECONDS,
      summary: `The migrations of ${named(target)} are running.`,
    }
  );
}

/** What the task itself wrote into the record; null while it has not. */
function said(migration: ReleaseRecord['migration']): Finding | null {
  if (migration?.error) return { verdict: 'failed', summary: migration.error };
  if (!migration?.applied) return null;
  const { applied } = migration;
  const what = applied.length === 0 ? 'Nothing was to be migrated' : `Migrated: ${applied.join(', ')}`;
  return { verdict: 'passed', summary: `${what}.` };
}

/** What ECS says of a task that has ended and wrote nothing; null while it runs, or is so new that ECS does not find it. */
function ended(task: Task | null, target: Revision): Finding | null {
  if (task?.lastStatus !== 'STOPPED') return null;
  const [container] = task.containers ?? [];
  const why = container?.reason ?? task.stoppedReason ?? 'ECS gives no reason';
  const code = container?.exitCode === undefined ? '' : `, exit code ${container.exitCode}`;
  return {
    verdict: 'failed',
    summary: `The migrations of ${named(target)} ended without a result (${why}${code}); what they did is rolled back.`,
  };
}

/** The image of the release itself, in its network, with another command and role. A second call gets the first one's task. */
async function startMigration(
  { ecs, migration }: BeforeScaleUpDependencies,
  { id }: Deployment,
  { cluster, taskDefinition, network }: Revision,
): Promise<{ taskArn: string } | { reason: string }> {
  if (!network) throw new Error(`The service revision of ${taskDefinition} has no network`);
  const environment = { ...migration.environment, [migration.releaseVariable]: id };
  const { tasks: [task] = [], failures = [] } = await ecs.send(
    new RunTaskCommand({
      cluster,
      taskDefinition,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: network },
      clientToken: id.slice(0, 64),
      startedBy: `release/${id}`.slice(0, 36),
      overrides: {
        taskRoleArn: migration.roleArn,
        containerOverrides: [
          {
            name: migration.container,
            command: [...MIGRATION_COMMAND],
            environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
          },
        ],
      },
    }),
  );
  if (task?.taskArn !== undefined) return { taskArn: task.taskArn };
  return { reason: failures[0]?.reason ?? 'ECS gives no reason' };
}

async function readTask(ecs: ECSClient, cluster: string, taskArn: string): Promise<Task | null> {
  const { tasks: [task] = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: [taskArn] }));
  return task ?? null;
}

function named({ version, taskDefinition }: Revision): string {
  return version ?? taskDefinition.split('/').at(-1) ?? taskDefinition;
}
