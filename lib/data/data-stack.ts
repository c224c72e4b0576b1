/** Everything that holds state behind the API: database, cache, their secrets and keys (requirements A5, A6, A8). */
import { Peer, SecurityGroup, type IVpc } from 'aws-cdk-lib/aws-ec2';
import { Key, type IKey } from 'aws-cdk-lib/aws-kms';
import { SubnetGroup } from 'aws-cdk-lib/aws-rds';
import { Secret, type ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledge';
import { as } from '../as-interface';
import type { LevelAlarm } from '../monitoring/level-alarm';
import type { AlarmTopics } from '../monitoring/topics-stack';
import { PlatformStack, referToStrongly, type PlatformStackProps } from '../platform-stack';
import { Aurora } from './aurora';
import { AuroraCopy } from './aurora-copy';
import { Cache } from './cache';
import { cacheAlarms } from './cache-alarms';
import { credentialsKey } from './credentials-key';
import type { Database } from './database';
import { databaseAlarms } from './database-alarms';
import { PasswordRotation } from './password-rotation';
import { Postgresql, type PostgresqlProps } from './postgresql';
import { PostgresqlCopy } from './postgresql-copy';
import { SecretCopies, Secrets, type PlatformSecrets } from './secrets';

export interface DataStackProps extends Omit<PlatformStackProps, 'description'> {
  vpc: IVpc;
  topics: AlarmTopics;
  /** In the first region: the second one and the key of the copies there, where there is one. */
  copyTo?: { region: string; key: IKey } | undefined;
  /** In a second region: the first one's data, and the key of the copies here. */
  copyOf?: { data: DataStack; key: IKey } | undefined;
}

export class DataStack extends PlatformStack {
  /** Of database and cache. */
  readonly alarms: LevelAlarm[];
  readonly database: Database;
  readonly cache: Cache;
  readonly secrets: PlatformSecrets;
  /** Password of the cache, as its whole text. */
  readonly cacheToken: ISecret;
  /** Encrypts the database, the cache and the secrets. */
  readonly key: Key;
  /** Encrypts the merchants' own LINE credentials inside the database. */
  readonly credentialsKey: IKey;
  /** Where a restored database stands while it is looked at: among the databases, closed until a rule says who looks. */
  readonly restorePlace: { subnetGroupName: string; securityGroupId: string };

  constructor(scope: Construct, id: string, { vpc, topics, copyTo, copyOf, ...props }: DataStackProps) {
    super(scope, id, { ...props, description: 'Data: PostgreSQL, cache, secrets, keys' });
    this.key = new Key(this, 'Key', {
      alias: `${this.prefix}-data`,
      description: 'Database, cache and secrets',
      enableKeyRotation: true,
      removalPolicy: this.dataRemoval,
    });
    this.credentialsKey = credentialsKey(this, copyOf?.data.credentialsKey);
    this.secrets = copyOf
      ? new SecretCopies(this, 'SecretCopies', copyOf.key)
      : new Secrets(this, 'Secrets', {
          key: this.key,
          replicaRegions: copyTo ? [{ region: copyTo.region, encryptionKey: copyTo.key }] : [],
        });
    this.cacheToken = this.newCacheToken();

    const subnetGroup = new SubnetGroup(this, 'DatabaseSubnets', {
      vpc,
      description: `${this.prefix} isolated subnets`,
      vpcSubnets: { subnets: vpc.isolatedSubnets },
    });
    this.restorePlace = {
      subnetGroupName: subnetGroup.subnetGroupName,
      securityGroupId: this.closedGroup(vpc, 'RestoredGroup', 'Restored databases: closed').securityGroupId,
    };
    const copy = copyTo ? { region: copyTo.region, keyArn: copyTo.key.keyArn } : undefined;
    this.database = this.newDatabase(vpc, subnetGroup, copy, copyOf?.data.region);
    if (!copyOf) {
      const { database, secrets } = this;
      new PasswordRotation(this, 'PasswordRotation', { vpc, database, secrets, copyTo: copy });
      referToStrongly(...Object.values(this.secrets.logins), this.secrets.tokenKey, this.secrets.line);
    }

    this.cache = new Cache(this, 'Cache', {
      subnets: vpc.isolatedSubnets,
      securityGroup: this.closedGroup(vpc, 'CacheGroup', 'Cache: only from where a rule says so'),
      key: this.key,
      token: this.cacheToken,
    });
    referToStrongly(...this.database.instances, this.cacheToken);

    this.alarms = [
      ...databaseAlarms(this, { database: this.database, isCopy: copyOf !== undefined, topics }),
      ...cacheAlarms(this, topics),
    ];

    const second = this.config.recovery?.secondRegion;
    if (!copyOf && second?.role === 'active') {
      this.database.connections.allowDefaultPortFrom(Peer.ipv4(second.cidr), 'Tasks of the second region');
    }
  }

  private newDatabase(
    vpc: IVpc,
    subnetGroup: SubnetGroup,
    copyTo: PostgresqlProps['copyTo'],
    sourceRegion: string | undefined,
  ): Database {
    const place = {
      vpc,
      subnetGroup,
      securityGroup: this.closedGroup(vpc, 'DatabaseGroup', 'PostgreSQL: only from where a rule says so'),
      key: this.key,
    };
    const aurora = this.config.database.engine === 'aurora-postgresql';
    if (sourceRegion) {
      return aurora
        ? new AuroraCopy(this, 'Aurora', place)
        : new PostgresqlCopy(this, 'Postgresql', { ...place, sourceRegion });
    }
    const { admin } = this.secrets.logins;
    const props = { ...place, admin, copyTo };
    return aurora ? new Aurora(this, 'Aurora', props) : new Postgresql(this, 'Postgresql', props);
  }

  /** The database as the tasks of a second, active region see it: writes go to the first one, reads to the replica here. */
  writingTo(first: DataStack): Database {
    this.addStackDependency(first, 'writes go there');
    const { connections, instances, arn, writerHost } = this.database;
    return {
      connections,
      instances,
      arn,
      writerHost: first.publish('WriterHost', first.database.writerHost),
      writerNetwork: first.config.network.cidr,
      readerHosts: [writerHost],
    };
  }

  private newCacheToken(): ISecret {
    const token = as<ISecret>(
      new Secret(this, 'CacheToken', {
        secretName: this.secretName('cache'),
        description: 'Password of the cache',
        encryptionKey: this.key,
        removalPolicy: this.dataRemoval,
        generateSecretString: { passwordLength: 64, excludePunctuation: true },
      }),
    );
    acknowledge(token, {
      'AwsSolutions-SMG4':
        'The cache takes one password at a time: a change is a deployment, planned with a restart of the tasks.',
    });
    return token;
  }

  private closedGroup(vpc: IVpc, id: string, description: string): SecurityGroup {
    return new SecurityGroup(this, id, { vpc, description, allowAllOutbound: false });
  }
}
