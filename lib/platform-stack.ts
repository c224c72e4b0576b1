/** What every stack has in common: its name, its place, its tags, its protection and the ceiling over its roles. */
import {
  Aspects,
  CfnOutput,
  CrossStackReferences,
  Fn,
  PermissionsBoundary,
  ReferenceStrength,
  RemovalPolicy,
  Stack,
  Tags,
} from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import type { Region } from './config/fields';
import type { EnvironmentConfig } from './config/schema';
import { FunctionLogGroups } from './log-groups';

/** `first` writes and takes bookings; `standby` and `active` are the roles of a second region (requirement A11). */
export type RegionRole = 'first' | 'standby' | 'active';

/** Types that only get the tags of their stack. */
const WITHOUT_TAGS = [
  // A changed tag would update the rules whose weights ECS moves, and so set their weights back.
  'AWS::ElasticLoadBalancingV2::ListenerRule',
  // Their tags are so new that not every region and checker knows them.
  'AWS::ElasticLoadBalancingV2::Listener',
  'AWS::ApplicationAutoScaling::ScalableTarget',
];

export interface PlatformStackProps {
  /** The environment's configuration, as it is in this stack's region. */
  config: EnvironmentConfig;
  /** @default 'first' */
  role?: RegionRole;
  /** One sentence, shown in the CloudFormation console. */
  description: string;
  /** @default config.region */
  region?: Region;
}

/** The stack `network` of staging is `staging/network` on the command line and `nailbook-staging-network` in CloudFormation. */
export class PlatformStack extends Stack {
  readonly config: EnvironmentConfig;
  readonly role: RegionRole;
  /** Begins the name of everything that is named: `nailbook-staging`. */
  readonly prefix: string;

  constructor(
    scope: Construct,
    id: string,
    { config, role = 'first', description, region = config.region }: PlatformStackProps,
  ) {
    const prefix = `nailbook-${config.name}`;
    const tags = { project: 'nailbook', environment: config.name, part: id, 'region-role': role };
    super(scope, id, {
      stackName: role === 'first' ? `${prefix}-${id}` : `${prefix}-second-${id}`,
      env: { account: config.account, region },
      description,
      tags, // CloudFormation puts them on what CDK cannot tag
      terminationProtection: config.terminationProtection,
      permissionsBoundary: PermissionsBoundary.fromName(boundaryName(config)),
    });
    this.config = config;
    this.role = role;
    this.prefix = prefix;
    for (const [key, value] of Object.entries(tags)) {
      Tags.of(this).add(key, value, { excludeResourceTypes: WITHOUT_TAGS });
    }
    Aspects.of(this).add(new FunctionLogGroups(config.logDays));
  }

  /** Stated by the configuration; CDK would ask AWS for them. */
  override get availabilityZones(): string[] {
    return this.config.zones;
  }

  /** What happens to things that hold data when their stack is deleted. */
  get dataRemoval(): RemovalPolicy {
    return this.config.storage.retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
  }

  /** A value of this stack for one in another region; a strong reference across regions would take custom resources. */
  publish(id: string, value: string): string {
    new CfnOutput(this, id, { value });
    return Fn.getStackOutput(this.stackName, id, this.region);
  }

  /** A secret of this environment, by the name that people and programs know it by. */
  secretName(name: string): string {
    return `nailbook/${this.config.name}/${name}`;
  }
}

/** Name of the managed policy above every role of an environment; the stack `access` makes it. */
export function boundaryName({ name }: EnvironmentConfig): string {
  return `nailbook-${name}-boundary`;
}

/**
 * Makes CloudFormation refuse to delete or replace this thing while another stack uses it. References are weak otherwise, so that
 * stacks can be changed without regard to their order.
 */
export function referToStrongly(...things: IConstruct[]): void {
  for (const thing of things) CrossStackReferences.of(thing).produce(ReferenceStrength.STRONG);
}
