/** Started by the workflow, once for each step. */
import { DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import { ENVIRONMENT_VARIABLES as NAMES } from '../../../app/contract/environment';
import { need } from '../aws/settings';
import { labels } from '../entry';
import type { Report } from '../report';
import { runTask } from '../run-task';
import { withCopyAndSource } from './databases';
import {
  begin,
  broken,
  check,
  discard,
  type Drill,
  type DrillResources,
  look,
  outcomeOf,
  type StepError,
} from './restore-drill';

export type Step =
  | { step: 'begin' }
  | { step: 'look' | 'check' | 'discard' | 'report'; drill: Drill }
  | { step: 'broken'; drill?: Drill & { error?: StepError }; error: StepError };

const rds = new RDSClient({});
const source = need('databaseIdentifier');
const resources: DrillResources = {
  place: { rds, source, subnetGroup: need('restoreSubnetGroup'), securityGroup: need('restoreSecurityGroup') },
  clock: Date.now,
  latestRestorableTime: async () => {
    const { DBInstances = [] } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: source }));
    return DBInstances[0]?.LatestRestorableTime ?? null;
  },
  withDatabases: (host, port, work) =>
    withCopyAndSource(
      { host, port },
      { host: need('databaseHost'), port: Number(process.env[NAMES.databasePort] ?? 5432) },
      work,
    ),
};

export async function handler(event: Step): Promise<Drill | Report> {
  if (event.step === 'begin') return begin(resources);
  if (event.step === 'look') return look(resources, event.drill);
  if (event.step === 'check') return check(resources, event.drill);
  if (event.step === 'discard') return discard(resources, event.drill);
  if (event.step === 'broken') return broken(resources, event.drill, event.error);
  return runTask('restore-drill', () => Promise.resolve(outcomeOf(event.drill)), { labels: labels() });
}
