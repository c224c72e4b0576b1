/** Everything that holds state behind the API: database, cache, their secrets and keys (requirements A5, A6, A8). */
import { SecurityGroup, type IVpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { SubnetGroup } from 'aws-cdk-lib/aws-rds';
import { Secret, type ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledge';
import { as } from '../as-interface';
import { PlatformStack, referToStrongly, type PlatformStackProps } from '../platform-stack';
import { Aurora } from './aurora';
import { Cache } from './cache';
import type { Database } from './database';
import { PasswordRotation } from './password-rotation';
import { Postgresql } from './postgresql';
import { Secrets } from './secrets';

export interface DataStackProps extends Omit<PlatformStackProps, 'description'> {
  vpc: IVpc;
}

export class DataStack extends PlatformStack {
  readonly database: Database;
  readonly cache: Cache;
  readonly secrets: Secrets;
  /** Password of the cache, as its whole text. */
  readonly cacheToken: ISecret;
  /** Encrypts the database, the cache and the secrets. */
  readonly key: Key;
  /** Encrypts the merchants' own LINE credentials inside the database. */
  readonly credentialsKey: Key;

  constructor(scope: Construct, id: string, { vpc, ...props }: DataStackProps) {
    super(scope, id, { ...props, description: 'Data: PostgreSQL, cache, secrets, keys' });
    const isolated = vpc.isolatedSubnets;

    this.key = new Key(this, 'Key', {
      alias: `${this.prefix}-data`,
      description: 'Database, cache and secrets',
      enableKeyRotation: true,
      removalPolicy: this.dataRemoval,
    });
    this.credentialsKey = new Key(this, 'CredentialsKey', {
      alias: `${this.prefix}-credentials`,
      description: "Merchants' LINE credentials, encrypted by the API",
      enableKeyRotation: true,
      // Rows encrypted here must be readable in another region; a key cannot be made multi-region later.
      multiRegion: true,
      removalPolicy: this.dataRemoval,
    });

    this.secrets = new Secrets(this, 'Secrets', { key: this.key, replicaRegions: [] });
    this.cacheToken = as<ISecret>(
      new Secret(this, 'CacheToken', {
        secretName: this.secretName('cache'),
        description: 'Password of the cache',
        encryptionKey: this.key,
        removalPolicy: this.dataRemoval,
        generateSecretString: {
          passwordLength: 64,
          excludePunctuation: true,
        },
      }),
    );

    acknowledge(this.cacheToken, {
      'AwsSolutions-SMG4':
        'The cache takes one password at a time: a change is a deployment, planned with a restart of the tasks.',
    });

    const databaseGroup = this.closedGroup(vpc, 'DatabaseGroup', 'PostgreSQL: only from where a rule says so');
    const databaseProps = {
      vpc,
      subnetGroup: new SubnetGroup(this, 'DatabaseSubnets', {
        vpc,
        description: `${this.prefix} isolated subnets`,
        vpcSubnets: { subnets: isolated },
      }),
      securityGroup: databaseGroup,
      key: this.key,
      admin: this.secrets.logins.admin,
    };
    this.database =
      this.config.database.engine === 'aurora-postgresql'
        ? new Aurora(this, 'Aurora', databaseProps)
        : new Postgresql(this, 'Postgresql', { ...databaseProps, backupReplica: undefined });

    new PasswordRotation(this, 'PasswordRotation', { vpc, database: this.database, secrets: this.secrets });

    this.cache = new Cache(this, 'Cache', {
      subnets: isolated,
      securityGroup: this.closedGroup(vpc, 'CacheGroup', 'Cache: only from where a rule says so'),
      key: this.key,
      token: this.cacheToken,
    });

    referToStrongly(
      ...this.database.instances,
      ...Object.values(this.secrets.logins),
      this.secrets.tokenKey,
      this.secrets.line,
      this.cacheToken,
    );
  }

  private closedGroup(vpc: IVpc, id: string, description: string): SecurityGroup {
    return new SecurityGroup(this, id, { vpc, description, allowAllOutbound: false });
  }
}
