import { DescribeTasksCommand, ECSClient, RunTaskCommand, type RunTaskRequest } from '@aws-sdk/client-ecs';
import { connectEcs } from './client';
import { createModel } from './support';
import { taskAnswers } from './tasks';

const API = 'docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html';
const NETWORK = { awsvpcConfiguration: { subnets: ['subnet-1'] } };

async function connect(exitCode = 0) {
  const { service } = await createModel();
  const runs: unknown[] = [];
  const client = new ECSClient({ region: 'ap-northeast-1' });
  connectEcs(
    client,
    service,
    taskAnswers(service, async (...run) => runs.push(run) && exitCode),
  );
  const start = (more: Partial<RunTaskRequest> = {}) =>
    client.send(
      new RunTaskCommand({
        taskDefinition: 'nailbook-test-api:1',
        networkConfiguration: NETWORK,
        clientToken: 'once',
        ...more,
      }),
    );
  const look = async (arn = '') =>
    (await client.send(new DescribeTasksCommand({ cluster: 'nailbook-test', tasks: [arn] }))).tasks?.[0];
  return { runs, start, look };
}

test(`a call that is repeated with its token gets the task of the first (${API})`, async () => {
  const { runs, start } = await connect();
  const [first, second] = [await start(), await start()];
  expect(second.tasks?.[0]?.taskArn).toBe(first.tasks?.[0]?.taskArn);
  expect(runs).toHaveLength(1);
});

test('a task has the image of its definition, the command and variables of the call, and ends with its exit code', async () => {
  const { runs, start, look } = await connect(3);
  const override = { name: 'api', command: ['node', 'x.js'], environment: [{ name: 'A', value: '1' }] };
  const { tasks: [task] = [] } = await start({ overrides: { containerOverrides: [override] } });
  expect(runs).toEqual([['api:1', ['node', 'x.js'], { A: '1' }]]);
  expect(await look(task?.taskArn)).toMatchObject({ lastStatus: 'STOPPED', containers: [{ exitCode: 3 }] });
});

test(`what ECS refuses (${API})`, async () => {
  const { start } = await connect();
  await expect(start({ clientToken: 'x'.repeat(65) })).rejects.toMatchObject({ name: 'InvalidParameterException' });
  await expect(start({ networkConfiguration: undefined })).rejects.toMatchObject({ name: 'InvalidParameterException' });
  await expect(start({ overrides: { containerOverrides: [{ name: 'other' }] } })).rejects.toMatchObject({
    name: 'InvalidParameterException',
  });
  await expect(start({ taskDefinition: 'other:1' })).rejects.toMatchObject({ name: 'ClientException' });
});
