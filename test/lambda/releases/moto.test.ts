/** What the hooks ask of RDS, S3 and the load balancer, by real clients against a stand-in that checks their requests. */
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  CreateDBClusterCommand,
  CreateDBInstanceCommand,
  DescribeDBSnapshotsCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { CreateBucketCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { newRelease, s3ReleaseStore, withMeasurement } from '../../../app/contract/release-record';
import { readSides, sendAllTo, sideToServe } from '../../../bin/nailbook/release/sides';
import { healthyTasks } from '../../../lambda/releases/after-test-traffic/after-test-traffic';
import { databaseSnapshots } from '../../../lambda/releases/before-scale-up/snapshots';
import type { Revision } from '../../../lambda/releases/deployment';
import { shareOf } from '../../../lambda/releases/during-shift/during-shift';
import { askMoto, createMotoAccount, describeWithMoto, type Moto } from '../../support/moto';

const BUCKET = 'nailbook-production-backups';
const ARN = 'arn:aws:ecs:ap-northeast-1:333333333333:service-deployment/nailbook-production/api';

describeWithMoto('against moto', () => {
  let moto: Moto;
  beforeAll(async () => {
    moto = await createMotoAccount();
  });

  describe('a snapshot', () => {
    let rds: RDSClient;
    beforeAll(() => {
      rds = new RDSClient(moto.settings);
    });
    afterAll(() => rds.destroy());

    const LOGIN = { MasterUsername: 'nailbook_admin', MasterUserPassword: 'password' };

    test('of the instance is begun once and then found', async () => {
      const instance = {
        DBInstanceIdentifier: 'nailbook-production',
        DBInstanceClass: 'db.t3.large',
        AllocatedStorage: 20,
      };
      await rds.send(new CreateDBInstanceCommand({ ...instance, ...LOGIN, Engine: 'postgres' }));
      const snapshots = databaseSnapshots(rds, 'postgresql', 'nailbook-production');
      expect(await snapshots.take('pre-migration-1')).toEqual({ state: 'waiting', reason: 'begun' });
      expect(await snapshots.take('pre-migration-1')).toEqual({ state: 'available' });
      const { DBSnapshots = [] } = await rds.send(new DescribeDBSnapshotsCommand({ SnapshotType: 'manual' }));
      expect(DBSnapshots.map(({ DBSnapshotIdentifier }) => DBSnapshotIdentifier)).toEqual(['pre-migration-1']);
    });

    test('of an Aurora cluster too', async () => {
      const cluster = { DBClusterIdentifier: 'nailbook-production-aurora', Engine: 'aurora-postgresql' };
      await rds.send(new CreateDBClusterCommand({ ...cluster, ...LOGIN }));
      const snapshots = databaseSnapshots(rds, 'aurora-postgresql', 'nailbook-production-aurora');
      expect(await snapshots.take('pre-migration-1')).toEqual({ state: 'waiting', reason: 'begun' });
      expect(await snapshots.take('pre-migration-1')).toEqual({ state: 'available' });
    });

    test('of a database that is not there is an error', async () => {
      await expect(databaseSnapshots(rds, 'postgresql', 'other').take('pre-migration-2')).rejects.toThrow(/other/);
    });
  });

  describe('the records', () => {
    let s3: S3Client;
    beforeAll(async () => {
      s3 = new S3Client(moto.settings);
      const CreateBucketConfiguration = { LocationConstraint: 'ap-northeast-1' as const };
      await s3.send(new CreateBucketCommand({ Bucket: BUCKET, CreateBucketConfiguration }));
    });
    afterAll(() => s3.destroy());

    test('are written, read and listed, the newest first', async () => {
      const store = s3ReleaseStore(s3, BUCKET);
      expect(await store.read('d1')).toBeNull();
      expect(await store.list(10)).toEqual([]);
      for (const day of [1, 3, 2]) {
        await store.change(`d${day}`, () => newRelease(`${ARN}/d${day}`, 'production', new Date(2026, 10, day)));
      }
      await store.change('d1', (record) => ({ ...(record ?? fail()), version: '1.0.0' }));
      expect(await store.read('d1')).toMatchObject({ id: 'd1', version: '1.0.0', decision: 'under way' });
      expect((await store.list(10)).map(({ id }) => id)).toEqual(['d3', 'd2', 'd1']);
      expect(await store.list(2)).toHaveLength(2);
      const { ServerSideEncryption, ContentType } = await s3.send(
        new HeadObjectCommand({ Bucket: BUCKET, Key: 'releases/d1.json' }),
      );
      expect({ ServerSideEncryption, ContentType }).toEqual({
        ServerSideEncryption: 'AES256',
        ContentType: 'application/json',
      });
    });

    test('lose no change when several programs write at once', async () => {
      const store = s3ReleaseStore(s3, BUCKET);
      await store.change('d9', () => newRelease(`${ARN}/d9`, 'production', new Date(0)));
      const summaries = ['one', 'two', 'three'];
      await Promise.all(
        summaries.map((summary) =>
          store.change('d9', (record) =>
            withMeasurement(record ?? fail(), { at: '', hook: 'after-release', stage: '', verdict: 'passed', summary }),
          ),
        ),
      );
      const { measurements } = (await store.read('d9')) ?? fail();
      expect(measurements.map(({ summary }) => summary).toSorted()).toEqual(summaries.toSorted());
    });
  });

  describe('the load balancer', () => {
    let elb: ElasticLoadBalancingV2Client;
    beforeAll(() => {
      elb = new ElasticLoadBalancingV2Client(moto.settings);
    });
    afterAll(() => elb.destroy());

    test('says the share of green and where its tasks are', async () => {
      const { accessKeyId } = moto.settings.credentials;
      const network = await askMoto(
        { endpoint: moto.settings.endpoint, accessKeyId },
        'ec2',
        'Action=DescribeSubnets&Version=2016-11-15',
      );
      const [, VpcId] = /<vpcId>(vpc-\w+)/.exec(network) ?? [];
      const Subnets = [...network.matchAll(/<subnetId>(subnet-\w+)/g)].slice(0, 2).map(([, id = '']) => id);
      const balancer = await elb.send(new CreateLoadBalancerCommand({ Name: 'nailbook', Subnets }));
      const group = async (Name: string) => {
        const made = await elb.send(
          new CreateTargetGroupCommand({ Name, VpcId, Protocol: 'HTTP', Port: 8000, TargetType: 'ip' }),
        );
        return made.TargetGroups?.[0]?.TargetGroupArn ?? '';
      };
      const blue = await group('blue');
      const green = await group('green');
      const forward = (weight: number) => [
        {
          Type: 'forward' as const,
          ForwardConfig: {
            TargetGroups: [
              { TargetGroupArn: blue, Weight: 100 - weight },
              { TargetGroupArn: green, Weight: weight },
            ],
          },
        },
      ];
      const listener = await elb.send(
        new CreateListenerCommand({
          LoadBalancerArn: balancer.LoadBalancers?.[0]?.LoadBalancerArn,
          Protocol: 'HTTP',
          Port: 80,
          DefaultActions: forward(0),
        }),
      );
      const addRule = async (Priority: number, host: string) => {
        const { Rules: [made] = [] } = await elb.send(
          new CreateRuleCommand({
            ListenerArn: listener.Listeners?.[0]?.ListenerArn,
            Priority,
            Conditions: [{ Field: 'host-header', Values: [host] }],
            Actions: forward(0),
          }),
        );
        return made;
      };
      const rule = await addRule(100, 'api.example.com');
      const testRule = await addRule(101, 'green.api.example.com');
      const revision = { targetGroup: green, productionRule: rule?.RuleArn ?? null } as Revision;
      expect(await shareOf(elb, revision)).toBe(0);
      await elb.send(new ModifyRuleCommand({ RuleArn: rule?.RuleArn, Actions: forward(5) }));
      expect(await shareOf(elb, revision)).toBe(5);

      expect(await healthyTasks(elb, revision)).toEqual([]);
      await elb.send(new RegisterTargetsCommand({ TargetGroupArn: green, Targets: [{ Id: '10.0.1.2', Port: 8000 }] }));
      expect(await healthyTasks(elb, revision)).toEqual(['http://10.0.1.2:8000']);

      // `nailbook weights --restore`: all of it to the side with a healthy task.
      const advancedConfiguration = {
        alternateTargetGroupArn: green,
        productionListenerRule: rule?.RuleArn,
        testListenerRule: testRule?.RuleArn,
      };
      const sides = await readSides(elb, { loadBalancers: [{ targetGroupArn: blue, advancedConfiguration }] });
      expect(sides.rules.production.weights).toEqual({ blue: 95, green: 5 });
      expect(sideToServe(sides)).toBe('green');
      await sendAllTo(elb, 'green', sides.rules.production.arn, sides.targetGroups);
      expect(await shareOf(elb, revision)).toBe(100);
    });
  });
});

function fail(): never {
  throw new Error('there is no record');
}
