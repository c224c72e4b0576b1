import { Match, type Template } from 'aws-cdk-lib/assertions';
import { askMainProcess } from '../../support/main-process';
import { environment } from '../../../lib/config/environments';
import { parseEnvironment, type EnvironmentConfig } from '../../../lib/config/schema';
import { DataStack } from '../../../lib/data/data-stack';
import { TopicsStack } from '../../../lib/monitoring/topics-stack';
import { templateOf } from '../../support/platform';

const production = environment('production');

function dataOf(config: EnvironmentConfig): Template {
  return templateOf(config, (app, { vpc }) => {
    const { topics } = new TopicsStack(app, 'alarms', { config });
    return new DataStack(app, 'data', { config, vpc, topics });
  });
}

function withDatabase(changes: object): EnvironmentConfig {
  return parseEnvironment({ ...production, database: { ...production.database, ...changes } });
}

beforeAll(() => askMainProcess('lambdas'));

describe('The database of production', () => {
  let template: Template;
  beforeAll(() => {
    template = dataOf(production);
  });
  const expectWriter = (properties: object) =>
    template.hasResourceProperties('AWS::RDS::DBInstance', {
      DBInstanceIdentifier: 'nailbook-production',
      ...properties,
    });

  test('is PostgreSQL by its major version, in two zones, on gp3, encrypted, and not reachable from outside', () => {
    expectWriter({
      Engine: 'postgres',
      EngineVersion: '18',
      DBInstanceClass: 'db.r6g.xlarge',
      MultiAZ: true,
      StorageType: 'gp3',
      StorageEncrypted: true,
      PubliclyAccessible: false,
      AutoMinorVersionUpgrade: true,
      EngineLifecycleSupport: 'open-source-rds-extended-support-disabled',
    });
  });

  test('is backed up for 30 days from three to four at night in Taipei, which is 19:00 UTC', () => {
    expectWriter({ BackupRetentionPeriod: 30, PreferredBackupWindow: '19:00-20:00', DeleteAutomatedBackups: false });
  });

  test('cannot be deleted by mistake, and leaves a snapshot when it is deleted on purpose', () => {
    expectWriter({ DeletionProtection: true, CopyTagsToSnapshot: true });
    template.hasResource('AWS::RDS::DBInstance', {
      Properties: { DBInstanceIdentifier: 'nailbook-production' },
      DeletionPolicy: 'Snapshot',
      UpdateReplacePolicy: 'Snapshot',
    });
  });

  test('shows what it does: insights, metrics of its machine, logs that are kept 90 days', () => {
    expectWriter({
      EnablePerformanceInsights: true,
      MonitoringInterval: 60,
      EnableCloudwatchLogsExports: ['postgresql', 'upgrade'],
    });
    template.hasResourceProperties('AWS::Logs::LogGroup', {
      LogGroupName: '/aws/rds/instance/nailbook-production/postgresql',
      RetentionInDays: 90,
    });
  });

  test('forces TLS, logs slow statements and ends what hangs', () => {
    template.hasResourceProperties('AWS::RDS::DBParameterGroup', {
      Family: 'postgres18',
      Parameters: Match.objectLike({
        'rds.force_ssl': '1',
        shared_preload_libraries: 'pg_stat_statements',
        log_min_duration_statement: '1000',
        statement_timeout: '60000',
        lock_timeout: '10000',
        idle_in_transaction_session_timeout: '60000',
      }),
    });
  });

  test('keeps the parameters of slow statements, which may be names, out of the log', () => {
    template.hasResourceProperties('AWS::RDS::DBParameterGroup', {
      Parameters: Match.objectLike({ log_parameter_max_length: '0', log_parameter_max_length_on_error: '0' }),
    });
  });

  test('has one replica, which copies its encryption from the writer and leaves no snapshot', () => {
    template.hasResource('AWS::RDS::DBInstance', {
      Properties: {
        DBInstanceIdentifier: 'nailbook-production-reader-1',
        SourceDBInstanceIdentifier: Match.anyValue(),
        StorageEncrypted: Match.absent(),
      },
      DeletionPolicy: 'Delete',
    });
    template.resourceCountIs('AWS::RDS::DBInstance', 2);
  });

  test('lets nobody in by its own security groups: rules come with those who may', () => {
    const groups = Object.values(template.findResources('AWS::EC2::SecurityGroup'));
    for (const { Properties } of groups) expect(Properties.SecurityGroupIngress).toBeUndefined();
  });
});

describe('The cache of production', () => {
  let template: Template;
  beforeAll(() => {
    template = dataOf(production);
  });

  test('has replicas that take over, and is encrypted on the wire and on disk', () => {
    template.hasResourceProperties('AWS::ElastiCache::ReplicationGroup', {
      Engine: 'valkey',
      CacheNodeType: 'cache.r6g.large',
      ReplicasPerNodeGroup: 2,
      AutomaticFailoverEnabled: true,
      MultiAZEnabled: true,
      TransitEncryptionEnabled: true,
      TransitEncryptionMode: 'required',
      AtRestEncryptionEnabled: true,
      KmsKeyId: Match.anyValue(),
    });
  });

  test('keeps snapshots for 5 days, taken from three to five at night in Taipei', () => {
    template.hasResourceProperties('AWS::ElastiCache::ReplicationGroup', {
      SnapshotRetentionLimit: 5,
      SnapshotWindow: '19:00-21:00',
    });
  });

  test('asks for the password in the secret, and gives no right over the server itself', () => {
    template.hasResourceProperties('AWS::ElastiCache::User', {
      UserName: 'default',
      AccessString: Match.stringLikeRegexp('-@admin -@dangerous'),
      AuthenticationMode: { Type: 'password', Passwords: [Match.anyValue()] },
    });
  });
});

describe('The secrets of production', () => {
  let template: Template;
  beforeAll(() => {
    template = dataOf(production);
  });

  test('have the names that people and programs know', () => {
    const names = Object.values(template.findResources('AWS::SecretsManager::Secret')).map(
      (secret) => secret['Properties'].Name,
    );
    expect(new Set(names)).toEqual(
      new Set(
        ['database', 'database-owner', 'database-maintenance', 'database-admin', 'cache', 'token-key', 'line'].map(
          (name) => `nailbook/production/${name}`,
        ),
      ),
    );
  });

  test('are encrypted with a key of this account', () => {
    for (const secret of Object.values(template.findResources('AWS::SecretsManager::Secret'))) {
      expect(secret['Properties'].KmsKeyId).toBeDefined();
    }
  });

  test('of the database change every 30 days, though not before the roles exist', () => {
    const schedules = Object.values(template.findResources('AWS::SecretsManager::RotationSchedule'));
    expect(schedules).toHaveLength(4);
    for (const { Properties } of schedules) {
      expect(Properties).toMatchObject({
        RotateImmediatelyOnUpdate: false,
        RotationRules: { ScheduleExpression: 'rate(30 days)' },
      });
    }
  });

  test('of the API opens neither the tables nor other logins: its user is its own', () => {
    template.hasResourceProperties('AWS::SecretsManager::Secret', {
      Name: 'nailbook/production/database',
      GenerateSecretString: Match.objectLike({ SecretStringTemplate: '{"username":"nailbook_api"}' }),
    });
  });
});

describe('Choices of the configuration', () => {
  test('a bigger class is one word', () => {
    const template = dataOf(withDatabase({ instanceType: 'r6g.2xlarge' }));
    template.hasResourceProperties('AWS::RDS::DBInstance', {
      DBInstanceIdentifier: 'nailbook-production',
      DBInstanceClass: 'db.r6g.2xlarge',
    });
  });

  test('three replicas are three instances', () => {
    const template = dataOf(withDatabase({ readReplicas: 3 }));
    template.resourceCountIs('AWS::RDS::DBInstance', 4);
  });

  test('Aurora is one field, and scales its readers by itself', () => {
    const template = dataOf(withDatabase({ engine: 'aurora-postgresql' }));
    template.hasResource('AWS::RDS::DBCluster', {
      Properties: {
        Engine: 'aurora-postgresql',
        EngineVersion: '18',
        StorageEncrypted: true,
        DeletionProtection: true,
        BackupRetentionPeriod: 30,
        PreferredBackupWindow: '19:00-20:00',
      },
      DeletionPolicy: 'Snapshot',
    });
    template.resourceCountIs('AWS::RDS::DBInstance', 2);
    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', {
      ScalableDimension: 'rds:cluster:ReadReplicaCount',
      MinCapacity: 1,
      MaxCapacity: 3,
    });
  });

  test('Redis instead of Valkey is one field too', () => {
    const template = dataOf(parseEnvironment({ ...production, cache: { ...production.cache, engine: 'redis' } }));
    template.hasResourceProperties('AWS::ElastiCache::ReplicationGroup', { Engine: 'redis', EngineVersion: '7.1' });
  });

  test('dev is deleted without leaving anything', () => {
    const template = dataOf(environment('dev'));
    const kept = Object.values(template.toJSON()['Resources']).filter((resource) =>
      JSON.stringify(resource).includes('"Retain"'),
    );
    expect(kept).toEqual([]);
    template.hasResourceProperties('AWS::RDS::DBInstance', { DeletionProtection: false });
  });
});
