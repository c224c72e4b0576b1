/** A service of ECS with its task definitions, its revisions and its deployments, one after another. */
import { randomUUID } from 'node:crypto';
import type { DeploymentConfiguration, NetworkConfiguration, Tag, TaskDefinition } from '@aws-sdk/client-ecs';
import { Deployment } from './deployment';
import type { Revision, Surroundings } from './order';
import { checkConfiguration } from './rules';

export interface ServiceOptions {
  around: Surroundings;
  region: string;
  account: string;
  cluster: string;
  service: string;
  family: string;
  configuration: DeploymentConfiguration;
  targetGroups: readonly [string, string];
  productionRule: string;
  testRule: string;
  desiredCount: number;
  networkConfiguration?: NetworkConfiguration;
  /** Hears of each deployment that is over, as EventBridge does. */
  ended?: (deployment: Deployment) => Promise<unknown>;
}

export class EcsService {
  readonly arn: string;
  readonly clusterArn: string;
  readonly taskDefinitions: (TaskDefinition & { tags: Tag[] })[] = [];
  readonly revisions: Revision[] = [];
  /** Newest first, as ECS lists them. */
  readonly deployments: Deployment[] = [];
  /** What was deployed last with success. */
  live: Revision | null = null;
  configuration: DeploymentConfiguration;

  constructor(readonly options: ServiceOptions) {
    this.configuration = options.configuration;
    checkConfiguration(this.configuration);
    const { region, account, cluster, service } = options;
    this.arn = `arn:aws:ecs:${region}:${account}:service/${cluster}/${service}`;
    this.clusterArn = `arn:aws:ecs:${region}:${account}:cluster/${cluster}`;
  }

  /** The next revision of the family; only the container of the service is of interest here. */
  register(definition: Pick<TaskDefinition, 'containerDefinitions'>, tags: Tag[] = []): TaskDefinition {
    const { region, account, family } = this.options;
    const revision = this.taskDefinitions.length + 1;
    const registered = {
      ...definition,
      tags,
      family,
      revision,
      status: 'ACTIVE' as const,
      taskDefinitionArn: `arn:aws:ecs:${region}:${account}:task-definition/${family}:${revision}`,
      registeredAt: new Date(this.options.around.clock.now()),
    };
    this.taskDefinitions.push(registered);
    return registered;
  }

  /** By ARN, `family:revision`, or `family` for its newest active revision. */
  findTaskDefinition(name: string) {
    const short = name.split('/').at(-1) ?? name;
    if (short === this.options.family) return this.taskDefinitions.findLast(({ status }) => status === 'ACTIVE');
    return this.taskDefinitions.find(({ taskDefinitionArn }) => taskDefinitionArn?.endsWith(`/${short}`));
  }

  /** Holds for this deployment and those after it. */
  configure(configuration: DeploymentConfiguration): void {
    checkConfiguration(configuration);
    this.configuration = configuration;
  }

  /** Begins a deployment, in the place of one that is not over. */
  deploy(taskDefinition: string): Deployment {
    const { targetGroups, cluster: clusterName, service: serviceName } = this.options;
    const underWay = this.deployments.find(({ isOver }) => !isOver);
    underWay?.requestStop();
    const target: Revision = {
      arn: `${this.arn.replace(':service/', ':service-revision/')}/${randomUUID()}`,
      taskDefinition,
      targetGroup: this.live?.targetGroup === targetGroups[0] ? targetGroups[1] : targetGroups[0],
      createdAt: new Date(this.options.around.clock.now()),
    };
    this.revisions.unshift(target);
    const deployment = new Deployment(
      {
        clusterName,
        serviceName,
        serviceArn: this.arn,
        configuration: this.configuration,
        target,
        blue: this.live,
        reconcile: underWay !== undefined,
      },
      this.options.around,
    );
    this.deployments.unshift(deployment);
    deployment.over = this.run(deployment, underWay?.over);
    return deployment;
  }

  private async run(deployment: Deployment, before: Promise<void> | undefined): Promise<void> {
    await before;
    await deployment.run();
    if (deployment.status === 'SUCCESSFUL') this.live = deployment.order.target;
    await this.options.ended?.(deployment);
  }
}
