/** What AWS is in a rehearsal: the model of ECS with the real hooks, which moves what really runs, and everything that our programs ask. */
import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { alarmName } from '../../app/contract/alert-routing';
import { ENVIRONMENT_VARIABLES as NAMES } from '../../app/contract/environment';
import { memoryReleaseStore, type ReleaseStore } from '../../app/contract/release-record';
import type { ReleaseDatabase } from '../../app/database/migrate-release';
import type { Place } from '../../bin/nailbook/release/place';
import { answerWith } from './aws';
import type { Clock } from './clock';
import { connectEcs } from './ecs/client';
import type { HookFunctions } from './ecs/hooks';
import type { Surroundings } from './ecs/order';
import { EcsService } from './ecs/service';
import { taskAnswers } from './ecs/tasks';
import { createClients, createHooks, type Clients } from './hooks';
import type { Images } from './images';
import { migrationRunner, Runtime } from './runtime';
import { snapshotAnswers } from './snapshots';
import type { Timeline } from './timeline';
import { triggersInAlarm } from './traffic/alarms';
import { loadBalancerAnswers, metricAnswers } from './traffic/answers';
import { LoadBalancer } from './traffic/load-balancer';
import { Measurements } from './traffic/measurements';

const REGION = 'ap-northeast-1';
const ACCOUNT = '111111111111';
const ELB = `arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT}`;
const TARGET_GROUPS = [`${ELB}:targetgroup/blue/1`, `${ELB}:targetgroup/green/2`] as const;
const RULES = {
  production: `${ELB}:listener-rule/app/nailbook/1/443/1`,
  test: `${ELB}:listener-rule/app/nailbook/1/8443/1`,
};

/** Moves everything at once and asks no hook: how the version before a rehearsed release comes to serve. */
export const AT_ONCE: DeploymentConfiguration = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 };

/** Production traffic moved: percent by target group, and when by `performance.now()`. */
export interface Shift {
  at: number;
  weights: Readonly<Record<string, number>>;
}

export interface ControlPlaneOptions {
  clock: Clock;
  timeline: Timeline;
  images: Images;
  place: Place;
  /** Superuser's URL of the database, and what a release's task of migrations is given of it. */
  databaseUrl: string;
  database: ReleaseDatabase;
  /** For logs. */
  folder: string;
}

export interface ControlPlane {
  service: EcsService;
  /** Of the service; may be changed between two deployments. */
  around: Surroundings;
  /** The real ones. */
  functions: HookFunctions;
  clients: Clients;
  store: ReleaseStore;
  balancer: LoadBalancer;
  runtime: Runtime;
  snapshots: ReadonlyMap<string, number>;
  shifts: Shift[];
  /** `nailbook/api:1.1.0`; empty where there is no such task definition. */
  imageNameOf: (taskDefinition: string) => string;
}

export async function createControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { clock, timeline, images, place, databaseUrl, database, folder } = options;
  const measurements = new Measurements(clock);
  const balancer = await LoadBalancer.start(TARGET_GROUPS, measurements);
  const store = memoryReleaseStore();
  const clients = createClients(REGION);
  const shifts: Shift[] = [];
  const snapshots = new Map<string, number>();
  const runtime = new Runtime({
    balancer,
    databaseUrl,
    folder,
    imageOf: ({ taskDefinition }) => images.find(imageNameOf(taskDefinition)),
    shifted: (weights) => shifts.push({ at: performance.now(), weights }),
  });
  const { functions, ended } = createHooks({
    ...clients,
    clock,
    store,
    environment: place.config.name,
    greenUrl: balancer.url('test'),
    tell: (line) => timeline.say(`  ${line}`),
  });
  const around: Surroundings = {
    clock,
    data: runtime,
    functions: { ...functions },
    callHooksTwice: false,
    inAlarm: (names) => {
      const inAlarm = triggersInAlarm(measurements, TARGET_GROUPS, clock);
      const triggered = new Set(inAlarm.map((name) => alarmName(place.config.name, name)));
      return names.filter((name) => triggered.has(name));
    },
    tell: (what) => timeline.say(what),
  };
  const service: EcsService = new EcsService({
    region: REGION,
    account: ACCOUNT,
    cluster: place.prefix,
    service: 'api',
    family: `${place.prefix}-api`,
    targetGroups: TARGET_GROUPS,
    productionRule: RULES.production,
    testRule: RULES.test,
    desiredCount: 2,
    networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
    configuration: AT_ONCE,
    around,
    // As EventBridge tells it.
    ended: ({ status }) => {
      const eventName = status === 'SUCCESSFUL' ? 'SERVICE_DEPLOYMENT_COMPLETED' : 'SERVICE_DEPLOYMENT_FAILED';
      return ended({ 'detail-type': 'ECS Deployment State Change', resources: [service.arn], detail: { eventName } });
    },
  });
  const imageNameOf = (taskDefinition: string) =>
    service.findTaskDefinition(taskDefinition)?.containerDefinitions?.[0]?.image ?? '';
  const groupOf = (version: string) =>
    service.revisions.find(({ taskDefinition }) => imageNameOf(taskDefinition).endsWith(`:${version}`))?.targetGroup;
  connectEcs(clients.ecs, service, taskAnswers(service, migrationRunner(images, database, store, NAMES.releaseId)));
  answerWith(clients.elb, loadBalancerAnswers(balancer, RULES));
  answerWith(clients.rds, snapshotAnswers(clock, snapshots));
  answerWith(clients.cloudwatch, metricAnswers(measurements, TARGET_GROUPS, groupOf));
  return { service, around, functions, clients, store, balancer, runtime, snapshots, shifts, imageNameOf };
}
