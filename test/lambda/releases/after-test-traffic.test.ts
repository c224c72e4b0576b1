import {
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  type TargetHealthStateEnum,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { mockClient } from 'aws-sdk-client-mock';
import {
  createAfterTestTrafficHandler,
  healthyTasks,
} from '../../../lambda/releases/after-test-traffic/after-test-traffic';
import type { Revision } from '../../../lambda/releases/deployment';
import { ecsKnows, hookEvent, NOW, surroundings } from './support';

const client = new ElasticLoadBalancingV2Client({ region: 'ap-northeast-1' });
const elb = mockClient(client);
const MINUTE = 60_000;
const target = (Id: string, State: TargetHealthStateEnum, Port?: number) => ({
  Target: { Id, ...(Port === undefined ? {} : { Port }) },
  TargetHealth: { State },
});

beforeEach(() => {
  ecsKnows();
  elb.reset();
  elb.on(DescribeTargetHealthCommand).resolves({
    TargetHealthDescriptions: [
      target('10.0.1.1', 'healthy', 8001),
      target('10.0.1.2', 'unhealthy'),
      target('10.0.1.3', 'draining'),
      target('10.0.1.4', 'healthy'),
    ],
  });
});

test('the tasks that are asked for their metrics are the healthy ones', async () => {
  const green = { targetGroup: 'arn:green' } as Revision;
  expect(await healthyTasks(client, green)).toEqual(['http://10.0.1.1:8001', 'http://10.0.1.4:8000']);
  await expect(healthyTasks(client, { ...green, targetGroup: null })).rejects.toThrow(
    'ECS does not say which target group belongs to green',
  );
});

test('a green that does not answer yet is tried again for three minutes, and then fails the release', async () => {
  const around = surroundings();
  const call = () =>
    createAfterTestTrafficHandler({
      ...around,
      elb: client,
      // A port at which nobody listens.
      greenUrl: 'http://127.0.0.1:9',
      tokenKey: () => Promise.resolve('a key'),
    })(hookEvent('POST_TEST_TRAFFIC_SHIFT'));
  expect(await call()).toEqual({ hookStatus: 'IN_PROGRESS', callBackDelay: 30 });
  around.now.at = NOW + 2.5 * MINUTE;
  expect(await call()).toEqual({ hookStatus: 'IN_PROGRESS', callBackDelay: 30 });
  around.now.at = NOW + 3 * MINUTE;
  expect(await call()).toEqual({ hookStatus: 'FAILED' });
  expect(await around.store.read('d7')).toMatchObject({
    decision: 'rolled back',
    reason: expect.stringMatching(/^Smoke test "health" failed: GET \/health was not answered: /),
  });
});
