/** A service of ECS with its task definitions, its revisions and its deployments, one after another. */
import { randomUUID } from 'node:crypto';
import type { DeploymentConfiguration, TaskDefinition } from '@aws-sdk/client-ecs';
import { Deployment, type Revision, type Surroundings } from './deployment';
import { checkConfiguration } from './rules';

export interface ServiceOptions extends Surroundings {
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
}

export class EcsService {
  readonly arn: string;
  readonly clusterArn: string;
  readonly taskDefinitions: TaskDefinition[] = [];
  readonly revisions: Revision[] = [];
  /** Newest first, as ECS lists them. */
  readonly deployments: Deployment[] = [];
  /** What was deployed last with success. */
  live: Revision | null = null;

  constructor(readonly options: ServiceOptions) {
    checkConfiguration(options.configuration);
    const { region, account, cluster, service } = options;
    this.arn = `arn:aws:ecs:${region}:${account}:service/${cluster}/${service}`;
    this.clusterArn = `arn:aws:ecs:${region}:${account}:cluster/${cluster}`;
  }

  /** The next revision of the family; only the container of the service is of interest here. */
  register(definition: Pick<TaskDefinition, 'containerDefinitions'>): TaskDefinition {
    const { region, account, family } = this.options;
    const revision = this.taskDefinitions.length + 1;
    const registered: TaskDefinition = {
      ...definition,
      family,
      revision,
      status: 'ACTIVE',
      taskDefinitionArn: `arn:aws:ecs:${region}:${account}:task-definition/${family}:${revision}`,
      registeredAt: new Date(this.options.clock.now()),
    };
    this.taskDefinitions.push(registered);
    return registered;
  }

  /** By ARN, `family:revision`, or `family` for its newest active revision. */
  findTaskDefinition(name: string): TaskDefinition | undefined {
    const short = name.split('/').at(-1) ?? name;
    if (short === this.options.family) return this.taskDefinitions.findLast(({ status }) => status === 'ACTIVE');
    return this.taskDefinitions.find(({ taskDefinitionArn }) => taskDefinitionArn?.endsWith(`/${short}`));
  }

  /** Begins a deployment, in the place of one that is not over; `over` resolves with its end. */
  deploy(
    taskDefinition: string,
    configuration = this.options.configuration,
  ): { deployment: Deployment; over: Promise<void> } {
    checkConfiguration(configuration);
    const { targetGroups, cluster: clusterName, service: serviceName } = this.options;
    const underWay = this.deployments.find(({ isOver }) => !isOver);
    underWay?.requestStop();
    const target: Revision = {
      arn: `${this.arn.replace(':service/', ':service-revision/')}/${randomUUID()}`,
      taskDefinition,
      targetGroup: this.live?.targetGroup === targetGroups[0] ? targetGroups[1] : targetGroups[0],
      createdAt: new Date(this.options.clock.now()),
    };
    this.revisions.unshift(target);
    const deployment = new Deployment(
      {
        clusterName,
        serviceName,
        serviceArn: this.arn,
        configuration,
        target,
        blue: this.live,
        reconcile: underWay !== undefined,
      },
      this.options,
    );
    this.deployments.unshift(deployment);
    return { deployment, over: this.run(deployment, underWay) };
  }

  private async run(deployment: Deployment, before: Deployment | undefined): Promise<void> {
    while (before && !before.isOver) await this.options.clock.sleep(1000);
    await deployment.run();
    if (deployment.status === 'SUCCESSFUL') this.live = deployment.order.target;
  }
}
