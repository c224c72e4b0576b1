/** A service of the model for its contract tests: time passes by waiting, and everything that happens is written down. */
import type { DeploymentConfiguration, DeploymentLifecycleHook } from '@aws-sdk/client-ecs';
import { waitedClock, type Clock } from '../clock';
import type { HookEvent, HookFunctions } from './hooks';
import type { HookStage } from './rules';
import { EcsService } from './service';

const HOOK = 'arn:aws:lambda:ap-northeast-1:111111111111:function:hook';
const ROLE = 'arn:aws:iam::111111111111:role/hooks';

/** Where the rules that the tests hold come from: pages of AWS's documentation. */
export const SOURCES = {
  workflow: 'docs.aws.amazon.com/AmazonECS/latest/developerguide/blue-green-deployment-how-it-works.html',
  hooks: 'docs.aws.amazon.com/AmazonECS/latest/developerguide/lambda-lifecycle-hooks.html',
  hook: 'docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentLifecycleHook.html',
  canary: 'docs.aws.amazon.com/AmazonECS/latest/developerguide/canary-deployment.html',
  canaryFields: 'docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CanaryConfiguration.html',
  linear: 'docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-linear.html',
  linearFields: 'docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LinearConfiguration.html',
  configuration: 'docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html',
  alarms: 'docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html',
  history: 'docs.aws.amazon.com/AmazonECS/latest/developerguide/service-deployment.html',
  stop: 'docs.aws.amazon.com/AmazonECS/latest/developerguide/stop-service-deployment.html',
  stopCall: 'docs.aws.amazon.com/AmazonECS/latest/APIReference/API_StopServiceDeployment.html',
  updateCall: 'docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html',
} as const;

export const ALL_STAGES: HookStage[] = [
  'RECONCILE_SERVICE',
  'PRE_SCALE_UP',
  'POST_SCALE_UP',
  'TEST_TRAFFIC_SHIFT',
  'POST_TEST_TRAFFIC_SHIFT',
  'PRE_PRODUCTION_TRAFFIC_SHIFT',
  'PRODUCTION_TRAFFIC_SHIFT',
  'POST_PRODUCTION_TRAFFIC_SHIFT',
];

export const BLUE_GREEN: DeploymentConfiguration = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 15 };
export const CANARY: DeploymentConfiguration = {
  strategy: 'CANARY',
  bakeTimeInMinutes: 15,
  canaryConfiguration: { canaryPercent: 5, canaryBakeTimeInMinutes: 10 },
};

export function hookAt(
  lifecycleStages: HookStage[],
  more: Partial<DeploymentLifecycleHook> = {},
): DeploymentLifecycleHook {
  return { hookTargetArn: HOOK, roleArn: ROLE, lifecycleStages, ...more };
}

export interface Model {
  service: EcsService;
  clock: Clock;
  /** Calls of the hook, in order. */
  events: HookEvent[];
  /** Stages, traffic and tasks, in order. */
  happened: string[];
  /** Names of alarms that are in ALARM now. */
  alarms: Set<string>;
  /** Deploys another version to its end. */
  deploy: () => Promise<EcsService['deployments'][number]>;
}

export interface ModelOptions {
  configuration?: DeploymentConfiguration;
  /** What the hook does; it succeeds where nothing is said. */
  hook?: HookFunctions[string];
  callHooksTwice?: boolean;
  /** Deploys a first version, without hooks; on unless said otherwise. */
  hasBlue?: boolean;
}

export async function createModel(options: ModelOptions = {}): Promise<Model> {
  const { configuration = BLUE_GREEN, hook, callHooksTwice = false, hasBlue = true } = options;
  const clock = waitedClock();
  const events: HookEvent[] = [];
  const happened: string[] = [];
  const alarms = new Set<string>();
  const side = (targetGroup: string) => targetGroup.slice(-1);
  const service = new EcsService({
    region: 'ap-northeast-1',
    account: '111111111111',
    cluster: 'nailbook-test',
    service: 'api',
    family: 'nailbook-test-api',
    targetGroups: ['target-group/a', 'target-group/b'],
    productionRule: 'listener-rule/production',
    testRule: 'listener-rule/test',
    desiredCount: 2,
    configuration,
    around: {
      clock,
      callHooksTwice,
      inAlarm: (names) => names.filter((name) => alarms.has(name)),
      tell: (what) => happened.push(what.replace('ECS: ', '')),
      functions: {
        [HOOK]: (event) => {
          events.push(event);
          return hook?.(event) ?? Promise.resolve({ hookStatus: 'SUCCEEDED' });
        },
      },
      data: {
        scaleUp: async ({ targetGroup }) => void happened.push(`tasks start behind ${side(targetGroup)}`),
        scaleDown: async ({ targetGroup }) => void happened.push(`tasks stop behind ${side(targetGroup)}`),
        shift: () => undefined,
      },
    },
  });
  const deploy = async () => {
    const { taskDefinitionArn = '' } = service.register({ containerDefinitions: [{ name: 'api', image: 'api:1' }] });
    const deployment = service.deploy(taskDefinitionArn);
    await deployment.over;
    return deployment;
  };
  if (hasBlue) {
    service.configure({ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 });
    await deploy();
    service.configure(configuration);
    happened.length = 0;
  }
  return { service, clock, events, happened, alarms, deploy };
}

/** The stages at which the hook was called, in order. */
export function stagesOf({ events }: Model): HookStage[] {
  return events.map(({ lifecycleStage }) => lifecycleStage);
}
