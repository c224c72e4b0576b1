/** Started by the alarm DatabaseConnectionPoolExhausted, beside telling people. */
import { CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { ECSClient, StopTaskCommand } from '@aws-sdk/client-ecs';
import { apiCluster, apiLogGroup } from '../../../app/contract/api-names';
import { FIGURES_LINE } from '../../../app/contract/log-lines';
import { SERVICE_LEVELS } from '../../../app/contract/service-levels';
import { need } from '../../maintenance/aws/settings';
import { decide, figuresIn, type TaskFigures } from './restart-task';

/** Each task writes a line every 30 s, and CloudWatch has it some seconds later. */
const LOOK_BACK_MS = 120_000;

const environment = need('environment');

/** Fewer free connections than this are an alarm. */
const fewest = SERVICE_LEVELS.find(({ name }) => name === 'DatabaseConnectionPoolExhausted')?.threshold ?? 0;

const logs = new CloudWatchLogsClient({});
const ecs = new ECSClient({});

export async function handler(): Promise<void> {
  const decision = decide(await figuresOfTasks(), fewest);
  if (decision.stop !== null) {
    await ecs.send(
      new StopTaskCommand({
        cluster: apiCluster(environment),
        task: decision.stop,
        reason: `Restarted by its alarm: ${decision.because}`,
      }),
    );
  }
  const line = {
    timestamp: new Date().toISOString(),
    level: 'warn',
    message: decision.stop === null ? 'no task was restarted' : 'a task was restarted',
    service: 'nailbook-actions',
    environment,
    metadata: { task: decision.stop, because: decision.because },
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

async function figuresOfTasks(): Promise<TaskFigures[]> {
  const pages = paginateFilterLogEvents(
    { client: logs },
    {
      logGroupName: apiLogGroup(environment),
      filterPattern: `{ $.message = "${FIGURES_LINE}" }`,
      startTime: Date.now() - LOOK_BACK_MS,
    },
  );
  const found: TaskFigures[] = [];
  for await (const { events = [] } of pages) {
    for (const { logStreamName = '', message = '', timestamp = 0 } of events) {
      const figures = figuresIn(logStreamName, message, timestamp);
      if (figures) found.push(figures);
    }
  }
  return found;
}
