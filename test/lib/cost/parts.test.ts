import { environment } from '../../../lib/config/environments';
import { exactly } from '../../../lib/cost/range';
import { estimateOf, lineOf, resource } from '../../support/cost';

const production = environment('production');

describe('The network', () => {
  test('costs its gateways by the hour, and their traffic once', () => {
    const gateways = ['A', 'B', 'C'].map((id) => resource('AWS::EC2::NatGateway', {}, { id }));
    const { monthly } = estimateOf({
      resources: gateways,
      prices: { 'nat.hour': 0.062, 'nat.gb': 0.062 },
      usage: { natGbPerMonth: 100 },
    });
    // 3 gateways x 730 h x 0.062 + 100 GB x 0.062
    expect(monthly.expected).toBeCloseTo(135.78 + 6.2, 6);
  });

  test('costs an interface endpoint by zone, and a gateway endpoint nothing', () => {
    const { monthly } = estimateOf({
      resources: [
        resource('AWS::EC2::VPCEndpoint', {
          VpcEndpointType: 'Interface',
          ServiceName: 'com.amazonaws.ap-northeast-1.kms',
          SubnetIds: ['a', 'c', 'd'],
        }),
        resource('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Gateway' }),
      ],
      prices: { 'endpoint.hour': 0.014, 'endpoint.gb': 0.01 },
    });
    expect(monthly).toEqual(exactly(3 * 730 * 0.014));
  });
});

describe('The load balancer', () => {
  test('costs its hours, its addresses and the capacity that requests use', () => {
    const found = estimateOf({
      resources: [resource('AWS::ElasticLoadBalancingV2::LoadBalancer', { Subnets: ['a', 'c', 'd'] })],
      prices: { 'balancer.hour': 0.02, 'balancer.capacity': 0.008, 'address.hour': 0.005 },
      usage: { requestsPerMonth: 270e6, responseKb: 1 },
    });
    // 270 million requests on 90 million connections: 90e6 / 3600 / 25 = 1,000 units an hour long, more than 270 GB need.
    expect(lineOf(found, 'Load balancer capacity unit').monthly.expected).toBeCloseTo(8, 6);
    expect(found.monthly.expected).toBeCloseTo(730 * 0.02 + 8 + 3 * 730 * 0.005, 6);
  });
});

describe('The API', () => {
  const resources = [
    resource('AWS::ECS::Service'),
    resource('AWS::ECS::TaskDefinition', {
      Cpu: '1024',
      Memory: '2048',
      RuntimePlatform: { CpuArchitecture: 'ARM64' },
    }),
    resource('AWS::ApplicationAutoScaling::ScalableTarget', {
      ServiceNamespace: 'ecs',
      MinCapacity: 3,
      MaxCapacity: 20,
    }),
  ];
  const prices = { 'fargate.arm64.cpu': 0.04, 'fargate.arm64.memory': 0.004 };
  // One task of 1 vCPU and 2 GB.
  const task = 730 * (0.04 + 2 * 0.004);

  test('costs from the least to the most tasks that autoscaling runs', () => {
    const { monthly } = estimateOf({ resources, prices, usage: { releasesPerMonth: 0 } });
    expect(monthly.min).toBeCloseTo(3 * task, 6);
    expect(monthly.max).toBeCloseTo(20 * task, 6);
    // 15 % of the way from 3 to 20
    expect(monthly.expected).toBeCloseTo(5.55 * task, 6);
  });

  test('costs both sides during releases', () => {
    const found = estimateOf({ resources, prices, usage: { releasesPerMonth: 6, scaledOutPercent: 0 } });
    // canary: 15 minutes at 5 %, 15 minutes more, 10 around it: 40 minutes x 6 = 4 h x 3 tasks
    expect(lineOf(found, 'Fargate vCPU, second side during releases').quantity.expected).toBeCloseTo(12, 6);
  });

  test('costs nothing where it is switched off', () => {
    const [, ...others] = resources;
    const off = [resource('AWS::ECS::Service', { DesiredCount: 0 }), ...others];
    expect(estimateOf({ resources: off, prices }).monthly).toEqual(exactly(0));
  });

  test('that is built for x64 has the other price', () => {
    const definition = resource('AWS::ECS::TaskDefinition', { Cpu: '512', Memory: '1024' });
    const found = estimateOf({
      resources: [resource('AWS::ECS::Service', { DesiredCount: 1 }), definition],
      prices: { 'fargate.x64.cpu': 0.05 },
      usage: { releasesPerMonth: 0 },
    });
    expect(found.monthly.expected).toBeCloseTo(730 * 0.5 * 0.05, 6);
  });
});

describe('The database', () => {
  const instance = {
    DBInstanceClass: 'db.r6g.xlarge',
    Engine: 'postgres',
    AllocatedStorage: '400',
    MaxAllocatedStorage: 2000,
    BackupRetentionPeriod: 30,
  };
  const prices = { 'postgresql.r6g.xlarge': 0.54, 'database.storage': 0.1, 'database.backup': 0.095 };
  const usage = { databaseGb: 100, databaseChangeGbPerDay: 3 };

  test('costs instance and storage twice with a standby in another zone', () => {
    const found = estimateOf({
      resources: [resource('AWS::RDS::DBInstance', { ...instance, MultiAZ: true })],
      prices,
      usage,
    });
    expect(lineOf(found, 'Instance and standby r6g.xlarge').monthly.expected).toBeCloseTo(2 * 730 * 0.54, 6);
    expect(lineOf(found, 'RDS gp3 storage, one copy').monthly).toEqual({ min: 80, expected: 80, max: 400 });
  });

  test('has backups up to the size of its storage free', () => {
    const large = resource('AWS::RDS::DBInstance', instance);
    const small = resource('AWS::RDS::DBInstance', { ...instance, AllocatedStorage: '50', MaxAllocatedStorage: 100 });
    expect(() => lineOf(estimateOf({ resources: [large], prices, usage }), 'RDS backups and snapshots')).toThrow(
      'No line',
    );
    // 100 GB + 30 x 3 GB - 50 GB
    const paid = lineOf(estimateOf({ resources: [small], prices, usage }), 'RDS backups and snapshots');
    expect(paid.quantity.expected).toBe(140);
  });

  test("has replicas with their source's storage, and fed over the sea at a price", () => {
    const replica = { DBInstanceClass: 'db.r6g.xlarge', SourceDBInstanceIdentifier: 'nailbook' };
    const near = estimateOf({ resources: [resource('AWS::RDS::DBInstance', replica)], prices, usage });
    expect(near.monthly.expected).toBeCloseTo(730 * 0.54 + production.database.storageGib * 0.1, 6);
    const far = estimateOf({
      resources: [resource('AWS::RDS::DBInstance', replica, { region: 'us-west-2', role: 'standby' })],
      prices: { ...prices, 'transfer.region': 0.09 },
      usage,
    });
    expect(lineOf(far, 'Replica r6g.xlarge').price).toBe(1.08);
    expect(lineOf(far, 'Replication to us-west-2')).toMatchObject({ region: 'ap-northeast-1', price: 0.09 });
    expect(lineOf(far, 'Replication to us-west-2').monthly.expected).toBeCloseTo(90 * 0.09, 6);
  });

  test('pays for its automated backups in the region that they are replicated to', () => {
    const replicated = {
      ...instance,
      AutomaticBackupReplicationRegion: 'us-west-2',
      AutomaticBackupReplicationRetentionPeriod: 30,
    };
    const found = estimateOf({ resources: [resource('AWS::RDS::DBInstance', replicated)], prices, usage });
    // 100 GB + 30 x 3 GB at twice Tokyo's price
    expect(lineOf(found, 'Automated backups, replicated').monthly.expected).toBeCloseTo(190 * 0.19, 6);
  });

  test('as Aurora costs what it stores and does, and the readers that come and go', () => {
    const aurora = { ...instance, Engine: 'aurora-postgresql' };
    const found = estimateOf({
      resources: [
        resource('AWS::RDS::DBCluster', { BackupRetentionPeriod: 31 }),
        resource('AWS::RDS::DBInstance', aurora, { id: 'Writer' }),
        resource('AWS::RDS::DBInstance', aurora, { id: 'Reader1' }),
        resource('AWS::ApplicationAutoScaling::ScalableTarget', {
          ServiceNamespace: 'rds',
          MinCapacity: 1,
          MaxCapacity: 3,
        }),
      ],
      prices: { 'aurora-postgresql.r6g.xlarge': 0.6, 'aurora.storage': 0.12, 'aurora.io': 2e-7, 'aurora.backup': 0.02 },
      usage: { ...usage, requestsPerMonth: 20e6, auroraOperationsPerRequest: 5, scaledOutPercent: 50 },
    });
    const expected = 2 * 730 * 0.6 + 100 * 0.12 + 100e6 * 2e-7 + 90 * 0.02 + 0.5 * 2 * 730 * 0.6;
    expect(found.monthly.expected).toBeCloseTo(expected, 6);
  });
});

describe('The cache', () => {
  test('costs its nodes and all snapshots but one', () => {
    const { monthly } = estimateOf({
      resources: [
        resource('AWS::ElastiCache::ReplicationGroup', {
          Engine: 'valkey',
          CacheNodeType: 'cache.r6g.large',
          NumNodeGroups: 1,
          ReplicasPerNodeGroup: 2,
          SnapshotRetentionLimit: 5,
        }),
      ],
      prices: { 'valkey.cache.r6g.large': 0.2, 'cache.backup': 0.085 },
      usage: { cacheGb: 3 },
    });
    expect(monthly.expected).toBeCloseTo(3 * 730 * 0.2 + 4 * 3 * 0.085, 6);
  });
});

describe('Files and sites', () => {
  test('cost what is kept, asked for and sent', () => {
    const found = estimateOf({
      resources: [resource('AWS::S3::Bucket', {}, { id: 'UploadsBucket1' }), resource('AWS::CloudFront::Distribution')],
      prices: {
        'files.gb': 0.025,
        'files.write': 5e-6,
        'files.read': 4e-7,
        'transfer.out': 0.1,
        'edge.gb': 0.12,
        'edge.request': 1e-6,
      },
      usage: {
        uploadsGb: 200,
        uploadsPerMonth: 20_000,
        uploadsViewedGb: 150,
        siteVisitsPerMonth: 300_000,
        visitKb: 400,
      },
    });
    const bucket = 200 * 0.025 + 20_000 * 5e-6 + 75_000 * 4e-7 + 150 * 0.1;
    const site = 120 * 0.12 + 3_000_000 * 1e-6;
    expect(found.monthly.expected).toBeCloseTo(bucket + site, 6);
  });

  test('copy uploads to other regions, in time', () => {
    const onTime = { Destination: { ReplicationTime: { Status: 'Enabled' } } };
    const found = estimateOf({
      resources: [
        resource('AWS::S3::Bucket', { ReplicationConfiguration: { Rules: [onTime, onTime] } }, { id: 'Uploads' }),
      ],
      prices: { 'transfer.region': 0.09, 'files.on-time': 0.015 },
      usage: { uploadsPerMonth: 20_000 }, // 40 GB
    });
    expect(found.monthly.expected).toBeCloseTo(2 * 40 * (0.09 + 0.015), 6);
  });

  test('of a region that serves nobody cost what is kept there', () => {
    const copy = resource('AWS::S3::Bucket', {}, { id: 'Uploads', region: 'us-west-2' });
    const prices = { 'files.gb': 0.025, 'transfer.out': 0.1 };
    expect(estimateOf({ resources: [copy], prices, usage: { uploadsGb: 100 } }).monthly).toEqual(exactly(5));
  });
});

describe('Keys and secrets', () => {
  test('cost a month each, a copy as much as the first', () => {
    const { monthly } = estimateOf({
      resources: [
        resource('AWS::KMS::Key', { EnableKeyRotation: true }),
        resource('AWS::SecretsManager::Secret', { ReplicaRegions: [{ Region: 'us-west-2' }] }),
      ],
      prices: { 'key.month': 1, 'secret.month': 0.4 },
    });
    // The key has up to two older versions of itself.
    expect(monthly).toEqual({ min: 1.8, expected: 1.8, max: 3.8 });
  });
});

describe('Logs, metrics and alarms', () => {
  test('cost what the API writes for each request, and what is kept of it', () => {
    const { monthly } = estimateOf({
      resources: [resource('AWS::Logs::LogGroup', { LogGroupName: '/nailbook/production/api', RetentionInDays: 90 })],
      prices: { 'log.gb': 0.76, 'log.storage': 0.033 },
      usage: { requestsPerMonth: 20e6, logKbPerRequest: 1.5 },
    });
    // 30 GB a month; 3 months of them, compressed to 15 %
    expect(monthly.expected).toBeCloseTo(30 * 0.76 + 30 * 0.15 * 3 * 0.033, 6);
  });

  test('cost an alarm by the metrics that it reads', () => {
    const ratio = { Metrics: [{ Expression: 'a/b' }, { MetricStat: {} }, { MetricStat: {} }] };
    const { monthly } = estimateOf({
      resources: [resource('AWS::CloudWatch::Alarm', { MetricName: 'x' }), resource('AWS::CloudWatch::Alarm', ratio)],
      prices: { alarm: 0.1 },
    });
    expect(monthly.expected).toBeCloseTo(0.3, 6);
  });

  test('cost a host by the hour, with its own disk and the one for its data', () => {
    const LaunchTemplateData = { InstanceType: 't3.medium', BlockDeviceMappings: [{ Ebs: { VolumeSize: 16 } }] };
    const { monthly } = estimateOf({
      resources: [
        resource('AWS::EC2::LaunchTemplate', { LaunchTemplateData }),
        resource('AWS::AutoScaling::AutoScalingGroup', { MinSize: '1', MaxSize: '1' }),
        resource('AWS::EC2::Volume', { Size: 50 }),
      ],
      prices: { 'server.t3.medium': 0.0544, 'disk.gb': 0.096 },
    });
    expect(monthly.expected).toBeCloseTo(730 * 0.0544 + 66 * 0.096, 6);
  });

  test('cost the options of a health check', () => {
    const check = { HealthCheckConfig: { Type: 'HTTPS', RequestInterval: 30 } };
    const prices = { 'health-check': 0.5, 'health-check.option': 1 };
    expect(estimateOf({ resources: [resource('AWS::Route53::HealthCheck', check)], prices }).monthly).toEqual(
      exactly(1.5),
    );
  });
});

describe('Recovery points', () => {
  const arn = 'arn:aws:backup:us-west-2:333333333333:backup-vault:nailbook';
  const plan = resource('AWS::Backup::BackupPlan', {
    BackupPlan: {
      BackupPlanRule: [
        {
          Lifecycle: { DeleteAfterDays: 35 },
          CopyActions: [{ DestinationBackupVaultArn: arn, Lifecycle: { DeleteAfterDays: 35 } }],
        },
      ],
    },
  });

  test('cost what they keep, here and in the other region, and the way there', () => {
    const found = estimateOf({
      resources: [plan],
      prices: { 'database.backup': 0.1, 'transfer.region': 0.09 },
      usage: { databaseGb: 100, databaseChangeGbPerDay: 2 },
    });
    // 100 GB + 35 x 2 GB, the copy at twice the price; 60 GB a month on the way
    expect(found.monthly.expected).toBeCloseTo(17 + 34 + 5.4, 6);
  });

  test.each([
    ['test-restore', 'week', (2 * 52) / 12],
    ['restore-drill', 'month', 2],
  ])('are proven by %s on an instance that is paid for', (task, every, hours) => {
    const found = estimateOf({
      resources: [
        resource('AWS::StepFunctions::StateMachine', { StateMachineName: `nailbook-staging-maintenance-${task}` }),
        resource('AWS::RDS::DBInstance', { DBInstanceClass: 'db.t3.large', AllocatedStorage: 50 }),
      ],
      prices: { 'postgresql.t3.large': 0.224 },
    });
    expect(lineOf(found, `Instance that is restored every ${every}`).quantity.expected).toBeCloseTo(hours, 6);
  });
});
