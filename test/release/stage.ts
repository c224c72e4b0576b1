/** What the releases are played on, one after the other: a database, a load balancer, the model of ECS with the real hooks, and customers. */
import { Client } from 'pg';
import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { alarmName } from '../../app/contract/alert-routing';
import { API_CONTAINER } from '../../app/contract/api';
import { ENVIRONMENT_VARIABLES as NAMES } from '../../app/contract/environment';
import type { ReleaseHook } from '../../app/contract/release-names';
import { memoryReleaseStore, type ReleaseStore } from '../../app/contract/release-record';
import { prepareForRelease } from '../../app/database/migrate-release';
import { placeOf, type Place } from '../../bin/nailbook/release/place';
import type { TestServer } from '../support/postgres';
import { fastClock, type Clock } from './clock';
import { Customers } from './customers';
import { connectEcs } from './ecs/client';
import type { Deployment, Surroundings } from './ecs/deployment';
import { EcsService } from './ecs/service';
import { taskAnswers } from './ecs/tasks';
import { answerWith } from './aws';
import { arnOf, createClients, createHooks, type Clients } from './hooks';
import type { Image, Images } from './images';
import { migrationRunner, Runtime } from './runtime';
import { createSalon } from './salon';
import { snapshotAnswers } from './snapshots';
import { Timeline } from './timeline';
import { triggersInAlarm } from './traffic/alarms';
import { loadBalancerAnswers, metricAnswers } from './traffic/answers';
import { LoadBalancer } from './traffic/load-balancer';
import { Measurements } from './traffic/measurements';

const REGION = 'ap-northeast-1';
const ACCOUNT = '111111111111';
const DATABASE = 'rehearsal';
const ELB = `arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT}`;
const TARGET_GROUPS = [`${ELB}:targetgroup/blue/1`, `${ELB}:targetgroup/green/2`] as const;
const RULES = {
  production: `${ELB}:listener-rule/app/nailbook/1/443/1`,
  test: `${ELB}:listener-rule/app/nailbook/1/8443/1`,
};

/** Moves everything at once and asks no hook: how the version before a rehearsed release comes to serve. */
export const AT_ONCE: DeploymentConfiguration = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 };

export interface StageOptions {
  server: TestServer;
  images: Images;
  /** For logs. */
  folder: string;
  /** How many times as fast as real time the deployments' time passes. */
  speed: number;
}

export interface HowToRelease {
  configuration: DeploymentConfiguration;
  callHooksTwice?: boolean;
  /** The function of this hook ends without an answer, as one that runs out of memory. */
  crashing?: ReleaseHook;
}

/** Production traffic moved: percent by target group, and when by `performance.now()`. */
export interface Shift {
  at: number;
  weights: Readonly<Record<string, number>>;
}

export interface Stage {
  clock: Clock;
  timeline: Timeline;
  service: EcsService;
  clients: Clients;
  store: ReleaseStore;
  place: Place;
  balancer: LoadBalancer;
  customers: Customers;
  snapshots: ReadonlyMap<string, number>;
  shifts: Shift[];
  sql: <Row extends object>(text: string) => Promise<Row[]>;
  /** Prepares the database and the salon as if a release had done so, and lets the image serve. */
  serve: (image: Image) => Promise<void>;
  /** In a database that a release has prepared. */
  createSalon: () => Promise<void>;
  /** Resolves when it is over, and its record complete. */
  release: (image: Image, how: HowToRelease) => Promise<Deployment>;
  /** Of what ECS calls live. */
  versionServing: () => string;
  speed: number;
  stop: () => Promise<void>;
}

export async function setStage(options: StageOptions): Promise<Stage> {
  const { server, images, folder, speed } = options;
  const url = server.url(DATABASE);
  const clock = fastClock(speed);
  const timeline = new Timeline(clock);
  const measurements = new Measurements(clock);
  const balancer = await LoadBalancer.start(TARGET_GROUPS, measurements);
  const store = memoryReleaseStore();
  const clients = createClients(REGION);
  const place = placeOf('production', {});
  const shifts: Shift[] = [];
  const snapshots = new Map<string, number>();
  const runtime = new Runtime({
    balancer,
    databaseUrl: url,
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
  const target = {
    host: '127.0.0.1',
    port: server.port,
    database: DATABASE,
    admin: { username: 'postgres', password: 'postgres' },
    passwords: { owner: 'owner', api: 'api', maintenance: 'maintenance' },
    tls: undefined,
  };
  connectEcs(clients.ecs, service, taskAnswers(service, migrationRunner(images, target, store, NAMES.releaseId)));
  answerWith(clients.elb, loadBalancerAnswers(balancer, RULES));
  answerWith(clients.rds, snapshotAnswers(clock, snapshots));
  const groupOf = (version: string) =>
    service.revisions.find(({ taskDefinition }) => imageNameOf(taskDefinition).endsWith(`:${version}`))?.targetGroup;
  answerWith(clients.cloudwatch, metricAnswers(measurements, TARGET_GROUPS, groupOf));

  const release = async (image: Image, how: HowToRelease): Promise<Deployment> => {
    const { configuration, callHooksTwice = false, crashing } = how;
    images.add(image);
    const { taskDefinitionArn = '' } = service.register({
      containerDefinitions: [
        {
          name: API_CONTAINER,
          image: `nailbook/api:${image.version}`,
          environment: [{ name: NAMES.version, value: image.version }],
        },
      ],
    });
    around.callHooksTwice = callHooksTwice;
    around.functions = { ...functions, ...(crashing ? { [arnOf(crashing)]: crash } : {}) };
    service.configure(configuration);
    const deployment = service.deploy(taskDefinitionArn);
    await deployment.over;
    return deployment;
  };
  const makeSalon = () => withClient(url, createSalon);
  return {
    clock,
    timeline,
    service,
    clients,
    store,
    place,
    balancer,
    customers: new Customers(balancer.url('production')),
    snapshots,
    shifts,
    sql: <Row extends object>(text: string) => withClient(url, async (client) => (await client.query<Row>(text)).rows),
    serve: async (image) => {
      await prepareForRelease(target);
      await makeSalon();
      await release(image, { configuration: AT_ONCE });
    },
    createSalon: makeSalon,
    release,
    versionServing: () =>
      imageNameOf(service.live?.taskDefinition ?? '')
        .split(':')
        .at(-1) ?? '',
    speed,
    stop: async () => {
      await balancer.stop();
      await runtime.stop();
    },
  };
}

const crash = () => Promise.reject(new Error('Runtime exited with error: signal: killed'));

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
