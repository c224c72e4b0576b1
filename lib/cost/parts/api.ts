/** What the API costs: its tasks between the least and the most that autoscaling runs, releases, images, and the traffic it causes. */
import type { EnvironmentConfig } from '../../config/schema';
import { HOURS, besides, charge, type Context, type Line, type Pricer } from '../line';
import { calculate, exactly, times, type Range } from '../range';
import { UnknownCost, isProperties, listOf, numberOf, objectOf, type Resource } from '../resources';
import { gigabytes } from '../usage';

const part = 'API';

/** Starting green, its health checks and smoke tests, and draining blue. */
const MINUTES_AROUND_A_RELEASE = 10;

/** Node and the bundle, compressed. */
const IMAGE_GB = 0.1;

/** Share of requests that make the API ask KMS to open a merchant's credentials; the rest find them in memory. */
const KEY_REQUESTS_PER_REQUEST = 0.01;

const service: Pricer = (api, context) => {
  const { usage } = context;
  const tasks = runningTasks(api, context);
  // Nobody releases into a region on standby.
  const extraHours = calculate([usage.releasesPerMonth, tasks], (releases, count) =>
    Math.min(HOURS * count, releases * count * releaseHours(context.config)),
  );
  const answers = gigabytes(usage.requestsPerMonth, usage.responseKb);
  const betweenZones = gigabytes(usage.requestsPerMonth, usage.crossZoneKbPerRequest);
  return [
    ...taskHours(api, context, times(tasks, HOURS), ''),
    ...taskHours(api, context, extraHours, ', second side during releases'),
    charge(api, context, {
      part: 'Data transfer',
      product: 'transfer.out',
      quantity: answers,
      item: 'Answers of the API',
    }),
    charge(api, context, {
      part: 'Data transfer',
      product: 'transfer.zone',
      quantity: times(betweenZones, 2), // paid by the sender and by the receiver
    }),
    charge(api, context, {
      part: 'Keys and secrets',
      product: 'key.request',
      quantity: times(usage.requestsPerMonth, KEY_REQUESTS_PER_REQUEST),
    }),
  ];
};

/** Tasks on average over the month. */
export function runningTasks(api: Resource, context: Context): Range {
  if (api.properties['DesiredCount'] === 0) return exactly(0);
  const target = besides(context, 'AWS::ApplicationAutoScaling::ScalableTarget').find(
    ({ properties }) => properties['ServiceNamespace'] === 'ecs',
  );
  if (!target) return exactly(numberOf(api, 'DesiredCount'));
  const least = numberOf(target, 'MinCapacity');
  const most = numberOf(target, 'MaxCapacity');
  return calculate([context.usage.scaledOutPercent], (percent) => least + ((most - least) * percent) / 100);
}

function taskHours(api: Resource, context: Context, hours: Range, purpose: string): Line[] {
  const definition = besides(context, 'AWS::ECS::TaskDefinition').find(({ stack }) => stack === api.stack);
  if (!definition) throw new UnknownCost(api, 'has no task definition beside it');
  const platform = objectOf(definition.properties, 'RuntimePlatform')['CpuArchitecture'];
  const kind = platform === 'ARM64' ? 'arm64' : 'x64';
  return [
    charge(api, context, {
      part,
      product: `fargate.${kind}.cpu`,
      quantity: times(hours, numberOf(definition, 'Cpu') / 1024),
      item: `Fargate vCPU${purpose}`,
    }),
    charge(api, context, {
      part,
      product: `fargate.${kind}.memory`,
      quantity: times(hours, numberOf(definition, 'Memory') / 1024),
      item: `Fargate memory${purpose}`,
    }),
  ];
}

/** Hours that one release runs both sides. */
function releaseHours({ service: { deployment } }: EnvironmentConfig): number {
  return (MINUTES_AROUND_A_RELEASE + watchedMinutes(deployment)) / 60;
}

function watchedMinutes(deployment: EnvironmentConfig['service']['deployment']): number {
  switch (deployment.strategy) {
    case 'rolling':
      return 0;
    case 'blue-green':
      return deployment.bakeMinutes;
    case 'canary':
      return deployment.watchMinutes + deployment.bakeMinutes;
    default:
      return (100 / deployment.stepPercent) * deployment.stepMinutes + deployment.bakeMinutes;
  }
}

const repository: Pricer = (images, context) => [
  charge(images, context, { part, product: 'images.gb', quantity: context.usage.imagesGb }),
];

/** What lies in the other regions is counted with their own repositories. */
const imageCopies: Pricer = (replication, context) => {
  const rules = listOf(objectOf(replication.properties, 'ReplicationConfiguration'), 'Rules').filter(isProperties);
  const copies = rules.flatMap((rule) => listOf(rule, 'Destinations')).length;
  return [
    charge(replication, context, {
      part: 'Backups and recovery',
      product: 'transfer.region',
      quantity: times(context.usage.releasesPerMonth, IMAGE_GB * copies),
      item: 'Container images replicated',
    }),
  ];
};

export const api: Record<string, Pricer> = {
  'AWS::ECR::ReplicationConfiguration': imageCopies,
  'AWS::ECS::Service': service,
  'AWS::ECR::Repository': repository,
};
