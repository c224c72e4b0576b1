/** Started by the workflows of `restore-drill` and `test-restore`, once for each step. */
import { RDSClient } from '@aws-sdk/client-rds';
import { ENVIRONMENT_VARIABLES as NAMES } from '../../../app/contract/environment';
import type { DrillTask } from '../../../app/contract/maintenance';
import { readSecret } from '../aws/secrets';
import { databaseEngine, need } from '../aws/settings';
import { loginFromEnvironment } from '../database/login';
import { recordAs } from '../database/record-run';
import { labels } from '../entry';
import type { Report } from '../report';
import { runTask } from '../run-task';
import { withCopyAndSource } from './databases';
import { type Drill, outcomeOf } from './drill';
import { begin, broken, check, discard, type DrillResources, look, type StepError } from './restore-drill';

export type Step =
  | { step: 'begin'; task: DrillTask }
  | { step: 'look' | 'check' | 'discard' | 'report'; drill: Drill }
  | { step: 'broken'; task: DrillTask; drill?: Drill & { error?: StepError }; error: StepError };

const resources: DrillResources = {
  place: {
    rds: new RDSClient({}),
    engine: databaseEngine(),
    source: need('databaseIdentifier'),
    subnetGroup: need('restoreSubnetGroup'),
    securityGroup: need('restoreSecurityGroup'),
  },
  clock: Date.now,
  withDatabases: (host, port, work) =>
    withCopyAndSource(
      { host, port },
      { host: need('databaseHost'), port: Number(process.env[NAMES.databasePort] ?? 5432) },
      work,
    ),
};

export async function handler(event: Step): Promise<Drill | Report> {
  if (event.step === 'begin') return begin(resources, event.task);
  if (event.step === 'look') return look(resources, event.drill);
  if (event.step === 'check') return check(resources, event.drill);
  if (event.step === 'discard') return discard(resources, event.drill);
  if (event.step === 'broken') return broken(resources, event.task, event.drill, event.error);
  return runTask(event.drill.task, () => Promise.resolve(outcomeOf(event.drill)), {
    labels: labels(),
    record: recordAs(() => loginFromEnvironment(process.env, readSecret)),
  });
}
