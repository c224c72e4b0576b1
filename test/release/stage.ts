/** What the releases are played on, one after the other: a database, AWS as far as a rehearsal has it, and customers. */
import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { Client } from 'pg';
import { API_CONTAINER } from '../../app/contract/api';
import { ENVIRONMENT_VARIABLES as NAMES } from '../../app/contract/environment';
import type { ReleaseHook } from '../../app/contract/release-names';
import { prepareForRelease } from '../../app/database/migrate-release';
import { placeOf, type Place } from '../../bin/nailbook/release/place';
import type { TestServer } from '../support/postgres';
import { fastClock, type Clock } from './clock';
import { AT_ONCE, createControlPlane, type ControlPlane } from './control-plane';
import { Customers } from './customers';
import type { Deployment } from './ecs/deployment';
import { arnOf } from './hooks';
import type { Image, Images } from './images';
import { createSalon } from './salon';
import { Timeline } from './timeline';

const DATABASE = 'rehearsal';

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

export interface Stage extends Pick<
  ControlPlane,
  'service' | 'clients' | 'store' | 'balancer' | 'snapshots' | 'shifts'
> {
  clock: Clock;
  timeline: Timeline;
  place: Place;
  customers: Customers;
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

export async function setStage({ server, images, folder, speed }: StageOptions): Promise<Stage> {
  const url = server.url(DATABASE);
  const clock = fastClock(speed);
  const timeline = new Timeline(clock);
  const place = placeOf('production', {});
  const database = {
    host: '127.0.0.1',
    port: server.port,
    database: DATABASE,
    admin: { username: 'postgres', password: 'postgres' },
    passwords: { owner: 'owner', api: 'api', maintenance: 'maintenance' },
    tls: undefined,
  };
  const plane = await createControlPlane({ clock, timeline, images, place, databaseUrl: url, database, folder });
  const { service, around, functions, balancer, runtime, imageNameOf } = plane;

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
    ...plane,
    clock,
    timeline,
    place,
    customers: new Customers(balancer.url('production')),
    sql: <Row extends object>(text: string) => withClient(url, async (client) => (await client.query<Row>(text)).rows),
    serve: async (image) => {
      await prepareForRelease(database);
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
