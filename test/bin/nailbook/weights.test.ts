import { DescribeServicesCommand, ECSClient, ListServiceDeploymentsCommand } from '@aws-sdk/client-ecs';
import { DescribeServiceDeploymentsCommand } from '@aws-sdk/client-ecs';
import {
  DescribeRulesCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { mockClient } from 'aws-sdk-client-mock';
import { placeOf } from '../../../bin/nailbook/release/place';
import { weights } from '../../../bin/nailbook/weights';
import { nailbook } from '../../support/nailbook';

const clients = {
  ecs: new ECSClient({ region: 'ap-northeast-1' }),
  elb: new ElasticLoadBalancingV2Client({ region: 'ap-northeast-1' }),
};
const ecs = mockClient(clients.ecs);
const elb = mockClient(clients.elb);
const place = placeOf('production', {});
const out: string[] = [];
const terminal = { out: (text: string) => void out.push(text), err: () => {}, columns: undefined };

const rule = (RuleArn: string, blue: number, green: number) => ({
  RuleArn,
  Actions: [
    {
      Type: 'forward' as const,
      ForwardConfig: {
        TargetGroups: [
          { TargetGroupArn: 'arn:blue', Weight: blue },
          { TargetGroupArn: 'arn:green', Weight: green },
        ],
      },
    },
  ],
});

/** Healthy tasks by side, and the weights of the rule for users; that for tests is [100, 0]. */
function standing(healthy: { blue: number; green: number }, users: [number, number]): void {
  ecs.reset();
  elb.reset();
  out.length = 0;
  ecs.on(DescribeServicesCommand).resolves({
    services: [
      {
        status: 'ACTIVE',
        loadBalancers: [
          {
            targetGroupArn: 'arn:blue',
            advancedConfiguration: {
              alternateTargetGroupArn: 'arn:green',
              productionListenerRule: 'arn:users',
              testListenerRule: 'arn:tests',
            },
          },
        ],
      },
    ],
  });
  ecs.on(ListServiceDeploymentsCommand).resolves({ serviceDeployments: [] });
  elb.on(DescribeRulesCommand).resolves({ Rules: [rule('arn:users', ...users), rule('arn:tests', 100, 0)] });
  for (const side of ['blue', 'green'] as const) {
    elb.on(DescribeTargetHealthCommand, { TargetGroupArn: `arn:${side}` }).resolves({
      TargetHealthDescriptions: [
        ...Array.from({ length: healthy[side] }, () => ({ TargetHealth: { State: 'healthy' as const } })),
        { TargetHealth: { State: 'draining' as const } },
      ],
    });
  }
}
const changed = () => elb.commandCalls(ModifyRuleCommand).map(({ args: [{ input }] }) => input);

test('shows both sides, and says when users are sent where no task is healthy', async () => {
  standing({ blue: 0, green: 3 }, [100, 0]);
  await weights(place, {}, clients, terminal);
  expect(out.slice(0, 3)).toEqual([
    '       healthy tasks  users  tests',
    'blue          0 of 1  100 %  100 %',
    'green         3 of 4    0 %    0 %',
  ]);
  expect(out.at(-1)).toMatch(/^!! users are sent to blue, where no task is healthy/);
  expect(changed()).toEqual([]);
});

test('restores all traffic to the side with healthy tasks, and says before what it would do', async () => {
  standing({ blue: 0, green: 3 }, [100, 0]);
  await weights(place, { restore: true, dryRun: true }, clients, terminal);
  expect(changed()).toEqual([]);
  await weights(place, { restore: true }, clients, terminal);
  const forward = rule('', 0, 100).Actions;
  expect(changed()).toEqual([
    { RuleArn: 'arn:users', Actions: forward },
    { RuleArn: 'arn:tests', Actions: forward },
  ]);
  expect(out.at(-1)).toBe('all traffic goes to green');
});

test('changes nothing where nothing is wrong', async () => {
  standing({ blue: 3, green: 0 }, [100, 0]);
  await weights(place, { restore: true }, clients, terminal);
  expect(out).toEqual(['all traffic goes to blue already']);
  expect(changed()).toEqual([]);
});

test('refuses where it would do harm', async () => {
  const restore = (to?: 'blue' | 'green') =>
    weights(place, { restore: true, ...(to ? { to } : {}) }, clients, terminal);
  standing({ blue: 0, green: 0 }, [100, 0]);
  await expect(restore()).rejects.toThrow('neither side has a healthy task');
  standing({ blue: 3, green: 3 }, [50, 50]);
  await expect(restore()).rejects.toThrow('both sides have healthy tasks: choose one with --to');
  standing({ blue: 3, green: 0 }, [50, 50]);
  await expect(restore('green')).rejects.toThrow('green has no healthy task');
  ecs.on(ListServiceDeploymentsCommand).resolves({ serviceDeployments: [{ serviceDeploymentArn: 'arn/d1' }] });
  ecs.on(DescribeServiceDeploymentsCommand).resolves({ serviceDeployments: [{ serviceDeploymentArn: 'arn/d1' }] });
  await expect(restore()).rejects.toThrow('a deployment is under way (d1)');
  ecs.on(DescribeServicesCommand).resolves({ services: [{ status: 'ACTIVE', loadBalancers: [] }] });
  await expect(restore()).rejects.toThrow('releases go task by task here');
  expect(changed()).toEqual([]);
});

test.each([
  [['weights', 'staging', '--to', 'blue'], '--to and --dry-run belong to --restore'],
  [['weights', 'staging', '--restore', '--to', 'red'], 'Allowed choices are blue, green'],
])('%j is not understood', async (args, message) => {
  const { code, err } = await nailbook(...args);
  expect(err).toContain(message);
  expect(code).toBe(2);
});
