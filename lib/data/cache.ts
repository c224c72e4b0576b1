/** The cache for sessions, rate limits and availability: the Redis 7 protocol, encrypted, behind a user and password (requirement A6). */
import { RemovalPolicy } from 'aws-cdk-lib';
import { Connections, Port, type IConnectable, type ISecurityGroup, type ISubnet } from 'aws-cdk-lib/aws-ec2';
import {
  CfnParameterGroup,
  CfnReplicationGroup,
  CfnSubnetGroup,
  CfnUser,
  CfnUserGroup,
} from 'aws-cdk-lib/aws-elasticache';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge';
import { dailyWindowInUtc, weeklyWindowInUtc } from '../config/windows';
import type { PlatformStack } from '../platform-stack';

const CACHE_PORT = 6379;

/** Engine, version and the family of its parameters. Minor versions are upgraded by AWS. */
const ENGINES = {
  valkey: { version: '8.1', family: 'valkey8' },
  redis: { version: '7.1', family: 'redis7' },
} as const;

/** What the API may do: everything with keys, nothing with the server. */
const ACCESS = 'on ~* &* +@all -@admin -@dangerous +info';

export interface CacheProps {
  subnets: ISubnet[];
  securityGroup: ISecurityGroup;
  key: IKey;
  /** The password, as its whole text. */
  token: ISecret;
}

export class Cache extends Construct implements IConnectable {
  readonly connections: Connections;
  /** `rediss://` URL of the primary, without credentials. */
  readonly url: string;
  readonly replicationGroupId: string;

  constructor(stack: PlatformStack, id: string, { subnets, securityGroup, key, token }: CacheProps) {
    super(stack, id);
    const { config, prefix } = stack;
    const { cache, timeZone } = config;
    const { version, family } = ENGINES[cache.engine];

    // The user named `default` is the one that a client without a user name logs in as; it is the only one here.
    const user = new CfnUser(this, 'ApiUser', {
      engine: cache.engine,
      userId: `${prefix}-api`,
      userName: 'default',
      accessString: ACCESS,
      authenticationMode: { Type: 'password', Passwords: [token.secretValue.unsafeUnwrap()] },
    });
    const userGroup = new CfnUserGroup(this, 'Users', {
      engine: cache.engine,
      userGroupId: prefix,
      userIds: [user.ref],
    });

    const group = new CfnReplicationGroup(this, 'ReplicationGroup', {
      // A name of its own makes CloudFormation refuse a replacement, which would sign everybody out.
      replicationGroupId: prefix,
      replicationGroupDescription: 'Sessions, rate limits and cached availability of the booking API',
      engine: cache.engine,
      engineVersion: version,
      cacheNodeType: cache.nodeType,
      numNodeGroups: 1,
      replicasPerNodeGroup: cache.replicas,
      automaticFailoverEnabled: cache.replicas > 0,
      multiAzEnabled: cache.replicas > 0,
      port: CACHE_PORT,
      cacheSubnetGroupName: new CfnSubnetGroup(this, 'Subnets', {
        cacheSubnetGroupName: prefix,
        description: `${prefix} isolated subnets`,
        subnetIds: subnets.map((subnet) => subnet.subnetId),
      }).ref,
      cacheParameterGroupName: new CfnParameterGroup(this, 'Parameters', {
        cacheParameterGroupFamily: family,
        description: `${prefix} cache`,
        properties: {
          // Everything written has an expiry; when memory is short, the least used of it goes.
          'maxmemory-policy': 'volatile-lru',
        },
      }).ref,
      securityGroupIds: [securityGroup.securityGroupId],
      userGroupIds: [userGroup.ref],
      transitEncryptionEnabled: true,
      transitEncryptionMode: 'required',
      atRestEncryptionEnabled: true,
      kmsKeyId: key.keyArn,
      snapshotRetentionLimit: cache.snapshotRetentionDays,
      ...(cache.snapshotRetentionDays > 0 ? { snapshotWindow: dailyWindowInUtc(cache.snapshotWindow, timeZone) } : {}),
      preferredMaintenanceWindow: weeklyWindowInUtc(cache.maintenanceWindow, timeZone),
      autoMinorVersionUpgrade: true,
      logDeliveryConfigurations: ['slow-log', 'engine-log'].map((logType) => ({
        logType,
        logFormat: 'json',
        destinationType: 'cloudwatch-logs',
        destinationDetails: {
          cloudWatchLogsDetails: {
            logGroup: new LogGroup(this, logType, {
              logGroupName: `/nailbook/${config.name}/cache/${logType}`,
              retention: config.logDays,
              removalPolicy: stack.dataRemoval,
            }).logGroupName,
          },
        },
      })),
    });
    acknowledge(group, {
      'AwsSolutions-AEC5':
        'Only the security groups named here reach the port: another number would hide it from nobody.',
      'AwsSolutions-AEC6':
        'The user group above asks for a password and limits the commands; AUTH would do only the first.',
      ...(cache.replicas > 0
        ? {}
        : { 'AwsSolutions-AEC4': `${config.name} may be without a cache while its one node restarts.` }),
    });
    group.applyRemovalPolicy(
      config.storage.retain && cache.snapshotRetentionDays > 0 ? RemovalPolicy.SNAPSHOT : RemovalPolicy.DESTROY,
    );

    this.connections = new Connections({ securityGroups: [securityGroup], defaultPort: Port.tcp(CACHE_PORT) });
    this.url = `rediss://${group.attrPrimaryEndPointAddress}:${CACHE_PORT}`;
    this.replicationGroupId = group.ref;
  }
}
