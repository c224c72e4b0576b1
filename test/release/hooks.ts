/** The real handlers of the hooks, wired to the clients of a rehearsal in the place of AWS. */
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { ECSClient, type DeploymentLifecycleHook } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { RDSClient } from '@aws-sdk/client-rds';
import { API_CONTAINER } from '../../app/contract/api';
import { ENVIRONMENT_VARIABLES as NAMES } from '../../app/contract/environment';
import { RELEASE_HOOKS, type ReleaseHook } from '../../app/contract/release-names';
import type { ReleaseStore } from '../../app/contract/release-record';
import { createAfterReleaseHandler, type ServiceEvent } from '../../lambda/releases/after-release/after-release';
import { createAfterTestTrafficHandler } from '../../lambda/releases/after-test-traffic/after-test-traffic';
import { createBeforeScaleUpHandler } from '../../lambda/releases/before-scale-up/before-scale-up';
import { databaseSnapshots } from '../../lambda/releases/before-scale-up/snapshots';
import { createDuringShiftHandler } from '../../lambda/releases/during-shift/during-shift';
import type { HookAnswer } from '../../lambda/releases/hook';
import type { Clock } from './clock';
import type { HookFunctions } from './ecs/hooks';
import type { HookStage } from './ecs/rules';
import { TOKEN_KEY } from './salon';

/** Where each hook is called, and for how many minutes at most: as the service declares it, which a test holds. */
const STAGES: Record<ReleaseHook, { stage: HookStage; timeoutInMinutes: number }> = {
  'before-scale-up': { stage: 'PRE_SCALE_UP', timeoutInMinutes: 120 },
  'after-test-traffic': { stage: 'POST_TEST_TRAFFIC_SHIFT', timeoutInMinutes: 15 },
  'during-shift': { stage: 'PRE_PRODUCTION_TRAFFIC_SHIFT', timeoutInMinutes: 120 },
  'after-release': { stage: 'POST_PRODUCTION_TRAFFIC_SHIFT', timeoutInMinutes: 15 },
};

export function arnOf(hook: ReleaseHook): string {
  return `arn:aws:lambda:ap-northeast-1:111111111111:function:${hook}`;
}

export const LIFECYCLE_HOOKS: DeploymentLifecycleHook[] = RELEASE_HOOKS.map((hook) => ({
  hookTargetArn: arnOf(hook),
  roleArn: 'arn:aws:iam::111111111111:role/hooks',
  lifecycleStages: [STAGES[hook].stage],
  timeoutConfiguration: { timeoutInMinutes: STAGES[hook].timeoutInMinutes, action: 'ROLLBACK' },
}));

export interface Clients {
  ecs: ECSClient;
  elb: ElasticLoadBalancingV2Client;
  cloudwatch: CloudWatchClient;
  rds: RDSClient;
}

/** Real clients, which nothing answers yet. */
export function createClients(region: string): Clients {
  return {
    ecs: new ECSClient({ region }),
    elb: new ElasticLoadBalancingV2Client({ region }),
    cloudwatch: new CloudWatchClient({ region }),
    rds: new RDSClient({ region }),
  };
}

export interface HookSurroundings extends Clients {
  clock: Clock;
  store: ReleaseStore;
  environment: string;
  /** Of the test listener. */
  greenUrl: string;
  /** Hears what each hook logs. */
  tell: (line: string) => void;
}

export interface ReleaseHooks {
  functions: HookFunctions;
  /** What EventBridge calls when a deployment is over. */
  ended: (event: ServiceEvent) => Promise<HookAnswer>;
}

export function createHooks({ clock, greenUrl, tell, ...around }: HookSurroundings): ReleaseHooks {
  const dependencies = {
    ...around,
    clock: () => clock.now(),
    write: (line: string) => tell((JSON.parse(line) as { message: string }).message),
  };
  const afterRelease = createAfterReleaseHandler(dependencies);
  return {
    functions: {
      [arnOf('before-scale-up')]: createBeforeScaleUpHandler({
        ...dependencies,
        snapshots: databaseSnapshots(around.rds, 'postgresql', 'nailbook'),
        migration: {
          container: API_CONTAINER,
          roleArn: 'arn:aws:iam::111111111111:role/migration',
          environment: {},
          releaseVariable: NAMES.releaseId,
        },
      }),
      [arnOf('after-test-traffic')]: createAfterTestTrafficHandler({
        ...dependencies,
        greenUrl,
        tokenKey: async () => TOKEN_KEY,
      }),
      [arnOf('during-shift')]: createDuringShiftHandler(dependencies),
      [arnOf('after-release')]: afterRelease,
    },
    ended: afterRelease,
  };
}
