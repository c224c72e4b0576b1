import { Match } from 'aws-cdk-lib/assertions';
import { environment } from '../../../lib/config/environments';
import { parseEnvironment } from '../../../lib/config/schema';
import { resourceOf, resourcesOf, stackOf, synthesise, type SynthesisedStack } from '../../support/platform';

const production = environment('production');
let stacks: Map<string, SynthesisedStack>;
beforeAll(async () => {
  stacks = await synthesise(production);
});

function destination(region: string) {
  return {
    DestinationBackupVaultArn: `arn:aws:backup:${region}:333333333333:backup-vault:nailbook-production-backups`,
    Lifecycle: { DeleteAfterDays: 35 },
  };
}

describe('Recovery points of the database', () => {
  test('are taken every day in the quiet hours, kept 35 days and copied to two other regions for as long', () => {
    stackOf(stacks, 'recovery').template.hasResourceProperties('AWS::Backup::BackupPlan', {
      BackupPlan: Match.objectLike({
        BackupPlanRule: [
          Match.objectLike({
            ScheduleExpression: 'cron(30 5 * * ? *)',
            ScheduleExpressionTimezone: 'Asia/Taipei',
            Lifecycle: { DeleteAfterDays: 35 },
            CopyActions: [destination('us-west-2'), destination('eu-west-1')],
          }),
        ],
      }),
    });
  });

  test('lie in vaults of that name in every region, locked so that nobody can empty them', () => {
    const vaults = resourcesOf(stacks, 'AWS::Backup::BackupVault');
    expect(vaults.map(({ region }) => region).toSorted((a, b) => a.localeCompare(b))).toEqual([
      'ap-northeast-1',
      'eu-west-1',
      'us-west-2',
    ]);
    for (const { properties, resource } of vaults) {
      expect(properties).toMatchObject({
        BackupVaultName: 'nailbook-production-backups',
        LockConfiguration: { MinRetentionDays: 1, MaxRetentionDays: 35, ChangeableForDays: 7 },
        EncryptionKeyArn: expect.anything(),
      });
      expect(resource.DeletionPolicy).toBe('Retain');
    }
  });

  test('are of the database and of nothing else', () => {
    stackOf(stacks, 'recovery').template.hasResourceProperties('AWS::Backup::BackupSelection', {
      BackupSelection: Match.objectLike({
        Resources: ['arn:aws:rds:ap-northeast-1:333333333333:db:nailbook-production'],
      }),
    });
  });

  test('can be lost in staging by those who have the right: a governance lock', async () => {
    const staging = await synthesise(environment('staging'));
    expect(resourceOf(staging, 'AWS::Backup::BackupVault').properties['LockConfiguration']).toEqual({
      MinRetentionDays: 1,
      MaxRetentionDays: 7,
    });
  });
});

describe('Files', () => {
  test('of customers and sites are replicated within 15 minutes, deletions too, to buckets that are there before', () => {
    for (const name of ['uploads', 'site-customer', 'site-merchant', 'site-admin']) {
      const source = resourcesOf(stacks, 'AWS::S3::Bucket').find(
        ({ properties }) => properties['BucketName'] === `nailbook-production-${name}-333333333333-ap-northeast-1`,
      );
      const { Rules } = (source?.properties ?? {})['ReplicationConfiguration'] as {
        Rules: { Destination: { Bucket: string } }[];
      };
      for (const [index, region] of ['us-west-2', 'eu-west-1'].entries()) {
        const copy = `nailbook-production-${name}-333333333333-${region}`;
        expect(Rules[index]).toMatchObject({
          Status: 'Enabled',
          DeleteMarkerReplication: { Status: 'Enabled' },
          Destination: {
            Bucket: `arn:aws:s3:::${copy}`,
            ReplicationTime: { Status: 'Enabled', Time: { Minutes: 15 } },
          },
        });
        stackOf(stacks, `copies-${region}`).template.hasResourceProperties('AWS::S3::Bucket', {
          BucketName: copy,
          VersioningConfiguration: { Status: 'Enabled' },
        });
      }
    }
  });

  test('of a site are read from the second region when the first one does not answer', () => {
    for (const { properties } of resourcesOf(stacks, 'AWS::CloudFront::Distribution')) {
      expect(properties).toMatchObject({
        DistributionConfig: {
          OriginGroups: { Items: [{ FailoverCriteria: { StatusCodes: { Items: [500, 502, 503, 504] } } }] },
        },
      });
    }
  });
});

describe('The second region on standby', () => {
  test('has a replica of the database of the same class, encrypted, with backups of its own', () => {
    stackOf(stacks, 'second/data').template.hasResourceProperties('AWS::RDS::DBInstance', {
      SourceDBInstanceIdentifier: 'arn:aws:rds:ap-northeast-1:333333333333:db:nailbook-production',
      SourceRegion: 'ap-northeast-1',
      DBInstanceClass: 'db.r6g.xlarge',
      KmsKeyId: Match.anyValue(),
      StorageEncrypted: Match.absent(),
      BackupRetentionPeriod: 30,
      DeletionProtection: true,
    });
  });

  test('gets the automated backups too, from which any second of the last 30 days can be restored there', () => {
    stackOf(stacks, 'data').template.hasResourceProperties('AWS::RDS::DBInstance', {
      DBInstanceIdentifier: 'nailbook-production',
      AutomaticBackupReplicationRegion: 'us-west-2',
      AutomaticBackupReplicationRetentionPeriod: 30,
      AutomaticBackupReplicationKmsKeyId: { 'Fn::GetStackOutput': Match.objectLike({ Region: 'us-west-2' }) },
    });
  });

  test('has the same secrets, the same images, and a key that reads what the first region encrypted', () => {
    const secrets = resourcesOf(stacks, 'AWS::SecretsManager::Secret').filter(
      ({ stack, id }) => stack === 'production/data' && id !== 'CacheTokenE16C3152',
    );
    expect(secrets).toHaveLength(6);
    for (const { properties } of secrets) {
      expect(properties['ReplicaRegions']).toEqual([{ Region: 'us-west-2', KmsKeyId: expect.anything() }]);
    }
    stackOf(stacks, 'images').template.hasResourceProperties('AWS::ECR::ReplicationConfiguration', {
      ReplicationConfiguration: {
        Rules: [Match.objectLike({ Destinations: [{ Region: 'us-west-2', RegistryId: '333333333333' }] })],
      },
    });
    stackOf(stacks, 'data').template.hasResourceProperties('AWS::KMS::Key', { MultiRegion: true });
    stackOf(stacks, 'second/data').template.hasResourceProperties('AWS::KMS::ReplicaKey', {
      PrimaryKeyArn: { 'Fn::GetStackOutput': Match.objectLike({ Region: 'ap-northeast-1' }) },
    });
  });

  test('has the service, and no task until a person says so', () => {
    const { template } = stackOf(stacks, 'second/service');
    template.hasResourceProperties('AWS::ECS::Service', { DesiredCount: 0 });
    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', { MinCapacity: 0, MaxCapacity: 20 });
  });

  test('gets the new passwords too: who changes them may write the copies by the key there, through Secrets Manager', () => {
    const { properties } = resourceOf(stacks, 'AWS::IAM::Policy', 'data/RotateDatabaseSecret');
    const { Statement } = properties['PolicyDocument'] as { Statement: Record<string, unknown>[] };
    expect(Statement).toContainEqual({
      Effect: 'Allow',
      Action: ['kms:Encrypt', 'kms:GenerateDataKey'],
      Resource: {
        'Fn::GetStackOutput': expect.objectContaining({ StackName: 'nailbook-production-copies-us-west-2' }),
      },
      Condition: { StringEquals: { 'kms:ViaService': 'secretsmanager.us-west-2.amazonaws.com' } },
    });
  });

  test('may read the copies of the secrets by the key that encrypts them there', () => {
    const policy = resourceOf(stacks, 'AWS::IAM::Policy', 'production-second/service/ApiTaskTaskRole');
    const { Statement } = policy.properties['PolicyDocument'] as {
      Statement: { Action: unknown; Resource: unknown }[];
    };
    expect(Statement[0]?.Resource).toContain(
      'arn:aws:secretsmanager:us-west-2:333333333333:secret:nailbook/production/database-??????',
    );
  });

  test('is where names fail over to after three failed checks, 30 s apart, of each region by its own name', () => {
    const record = (stack: string) =>
      resourcesOf(stacks, 'AWS::Route53::RecordSet').find(
        ({ stack: where, properties }) => where === stack && properties['Name'] === 'api.nailbook.example.',
      )?.properties;
    expect(record('production/load-balancer')).toMatchObject({ Failover: 'PRIMARY', SetIdentifier: 'ap-northeast-1' });
    expect(record('production-second/load-balancer')).toMatchObject({
      Failover: 'SECONDARY',
      SetIdentifier: 'us-west-2',
    });
    expect(record('production/load-balancer')).not.toHaveProperty('Weight');

    const checks = resourcesOf(stacks, 'AWS::Route53::HealthCheck').map(
      ({ properties }) => properties['HealthCheckConfig'],
    );
    expect(checks).toEqual(
      expect.arrayContaining(
        ['ap-northeast-1', 'us-west-2'].map((region) =>
          expect.objectContaining({
            FullyQualifiedDomainName: `${region}.api.nailbook.example`,
            RequestInterval: 30,
            FailureThreshold: 3,
            Type: 'HTTPS',
          }),
        ),
      ),
    );
  });
});

describe('A second region that is active', () => {
  let active: Map<string, SynthesisedStack>;
  beforeAll(async () => {
    const { recovery } = production;
    const secondRegion = { ...recovery?.secondRegion, role: 'active', weightPercent: 20 };
    active = await synthesise(parseEnvironment({ ...production, recovery: { ...recovery, secondRegion } }));
  });

  test('takes its share of the traffic', () => {
    const weights = resourcesOf(active, 'AWS::Route53::RecordSet')
      .filter(({ properties }) => properties['Name'] === 'api.nailbook.example.')
      .map(({ region, properties }) => [region, properties['Weight']]);
    expect(Object.fromEntries(weights)).toEqual({ 'ap-northeast-1': 80, 'us-west-2': 20 });
  });

  test('writes to the first region over a connection of the networks, and reads its own replica', () => {
    const task = resourceOf(active, 'AWS::ECS::TaskDefinition', 'production-second/');
    const [container] = task.properties['ContainerDefinitions'] as {
      Environment: { Name: string; Value: unknown }[];
    }[];
    const variables = Object.fromEntries((container?.Environment ?? []).map(({ Name, Value }) => [Name, Value]));
    expect(variables['DATABASE_HOST']).toEqual({
      'Fn::GetStackOutput': expect.objectContaining({
        StackName: 'nailbook-production-data',
        Region: 'ap-northeast-1',
      }),
    });
    expect(JSON.stringify(variables['DATABASE_READER_HOST'])).toContain('nailbook-production-second-data');

    const routes = (stack: string) =>
      resourcesOf(active, 'AWS::EC2::Route')
        .filter(({ stack: where }) => where === stack)
        .map(({ properties }) => properties['DestinationCidrBlock']);
    expect(routes('production-second/peering')).toEqual(Array(3).fill('10.30.0.0/16'));
    expect(routes('production/peering')).toEqual(Array(3).fill('10.31.0.0/16'));
    expect(
      resourceOf(active, 'AWS::EC2::SecurityGroup', 'production/data/DatabaseGroup').properties['SecurityGroupIngress'],
    ).toEqual([expect.objectContaining({ CidrIp: '10.31.0.0/16', FromPort: 5432, ToPort: 5432 })]);
  });

  test('needs no custom resource for what it reads of the first one', () => {
    const custom = [...active.values()]
      .flatMap(({ resources }) => Object.values(resources).map(({ Type }) => Type))
      .filter((type) => type.startsWith('Custom::'));
    expect(new Set(custom)).toEqual(new Set(['Custom::VpcRestrictDefaultSG']));
  });
});

test("With Aurora the second region joins the first one's global database", async () => {
  const aurora = await synthesise(
    parseEnvironment({ ...production, database: { ...production.database, engine: 'aurora-postgresql' } }),
  );
  stackOf(aurora, 'data').template.hasResourceProperties('AWS::RDS::GlobalCluster', {
    GlobalClusterIdentifier: 'nailbook-production-global',
  });
  stackOf(aurora, 'second/data').template.hasResourceProperties('AWS::RDS::DBCluster', {
    GlobalClusterIdentifier: 'nailbook-production-global',
    MasterUsername: Match.absent(),
    MasterUserPassword: Match.absent(),
    StorageEncrypted: true,
  });
});

test('Without recovery there is no vault, no copy and no second region', async () => {
  const dev = await synthesise(environment('dev'));
  expect([...dev.keys()].filter((id) => /recovery|copies|second/.test(id))).toEqual([]);
});
