/** What a scenario is played on: a database of its own, a load balancer, the model of ECS with the real hooks, and customers. */
import { Client } from 'pg';
import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { API_CONTAINER } from '../../app/contract/api';
import { ENVIRONMENT_VARIABLES as NAMES } from '../../app/contract/environment';
import { memoryReleaseStore, type ReleaseHook, type ReleaseStore } from '../../app/contract/release-record';
import { placeOf, type Place } from '../../bin/nailbook/release/place';
import { TEMPLATE, type TestServer } from '../support/postgres';
import { fastClock, type Clock } from './clock';
import { Customers } from './customers';
import { connectEcs } from './ecs/client';
import type { Deployment } from './ecs/deployment';
import { EcsService } from './ecs/service';
import { taskAnswers } from './ecs/tasks';
import { answerWith } from './aws';
import { arnOf, createClients, createHooks, LIFECYCLE_HOOKS, type Clients } from './hooks';
import type { Image, Images } from './images';
import { migrationRunner, Runtime } from './runtime';
import type { RehearsalSalon } from './salon';
import { snapshotAnswers } from './snapshots';
import { Timeline } from './timeline';
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

/** Moves everything at once and asks nobody: how the version before a rehearsed release comes to serve. */
const AT_ONCE: DeploymentConfiguration = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 };

export interface StageOptions {
  server: TestServer;
  /** Name of the database: copied from the template with its salon, or not there yet. */
  database: string;
  isEmpty: boolean;
  salon: RehearsalSalon;
  images: Images;
  folder: string;
  /** How many times as fast as real time the deployment's time passes. */
  speed: number;
  configuration: DeploymentConfiguration;
  callHooksTwice: boolean;
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
  /** The superuser's, of the database. */
  url: string;
  customers: Customers;
  snapshots: ReadonlyMap<string, number>;
  shifts: Shift[];
  sql: <Row extends object>(text: string) => Promise<Row[]>;
  /** Releases an image by the strategy under rehearsal, or at once and unasked; resolves when it is over. */
  release: (image: Image, how?: 'at once') => Promise<Deployment>;
  stop: () => Promise<void>;
}

export async function setStage(options: StageOptions): Promise<Stage> {
  const { server, database, salon, images, folder, speed, callHooksTwice, crashing } = options;
  if (!options.isEmpty) await copyTemplate(server, database);
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
    databaseUrl: server.url(database),
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
  if (crashing)
    functions[arnOf(crashing)] = () => Promise.reject(new Error('Runtime exited with error: signal: killed'));
  const configuration = { ...options.configuration, lifecycleHooks: LIFECYCLE_HOOKS };
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
    configuration,
    clock,
    callHooksTwice,
    functions,
    data: runtime,
    inAlarm: (names) => {
      const triggered = triggersInAlarm(measurements, TARGET_GROUPS, clock);
      return names.filter((name) => triggered.includes(name));
    },
    tell: (what) => timeline.say(what),
  });
  const imageNameOf = (taskDefinition: string) =>
    service.findTaskDefinition(taskDefinition)?.containerDefinitions?.[0]?.image ?? '';
  const target = {
    host: '127.0.0.1',
    port: server.port,
    database,
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

  /** As EventBridge tells it. */
  const completed = ({ status }: Deployment) => {
    const eventName = status === 'SUCCESSFUL' ? 'SERVICE_DEPLOYMENT_COMPLETED' : 'SERVICE_DEPLOYMENT_FAILED';
    return ended({ 'detail-type': 'ECS Deployment State Change', resources: [service.arn], detail: { eventName } });
  };
  const release = async (image: Image, how?: 'at once'): Promise<Deployment> => {
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
    service.configure(how === 'at once' ? AT_ONCE : configuration);
    const deployment = service.deploy(taskDefinitionArn);
    service.configure(configuration);
    await deployment.over;
    await completed(deployment);
    return deployment;
  };
  return {
    clock,
    timeline,
    service,
    clients,
    store,
    place,
    balancer,
    url: server.url(database),
    customers: new Customers(balancer.url('production'), salon),
    snapshots,
    shifts,
    sql: <Row extends object>(text: string) => query<Row>(server.url(database), text),
    release,
    stop: async () => {
      await balancer.stop();
      await runtime.stop();
    },
  };
}

async function copyTemplate(server: TestServer, database: string): Promise<void> {
  await query(server.url(), `CREATE DATABASE ${database} TEMPLATE ${TEMPLATE}`);
}

async function query<Row extends object>(url: string, text: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}
