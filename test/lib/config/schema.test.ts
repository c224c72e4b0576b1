import { dev } from '../../../lib/config/dev';
import { environment, selectEnvironments } from '../../../lib/config/environments';
import { production } from '../../../lib/config/production';
import { warnings } from '../../../lib/config/rules';
import { ConfigurationError, ENVIRONMENT_NAMES, parseEnvironment } from '../../../lib/config/schema';

/** The message with which a configuration is refused. */
function refusal(input: unknown): string {
  try {
    parseEnvironment(input);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  throw new Error('The configuration was accepted');
}

const { recovery } = production;
if (!recovery?.secondRegion) throw new Error('production has a second region');
const { secondRegion } = recovery;

describe('The environments that are checked in', () => {
  test.each(ENVIRONMENT_NAMES)('%s is accepted without a warning', (name) => {
    expect(warnings(environment(name))).toEqual([]);
  });

  test('are all selected when none is named, and one when it is', () => {
    expect(selectEnvironments(undefined).map(({ name }) => name)).toEqual(['dev', 'staging', 'production']);
    expect(selectEnvironments('staging').map(({ name }) => name)).toEqual(['staging']);
  });

  test('stand in different accounts and in blocks of addresses that do not overlap', () => {
    const all = selectEnvironments(undefined);
    expect(new Set(all.map(({ account }) => account)).size).toBe(3);
    expect(new Set(all.map(({ network }) => network.cidr)).size).toBe(3);
  });

  test('hold the numbers of the requirements in production', () => {
    expect(production).toMatchObject({
      database: { instanceType: 'r6g.xlarge', multiAz: true, backupRetentionDays: 30, backupWindow: '03:00-04:00' },
      cache: { nodeType: 'cache.r6g.large', snapshotRetentionDays: 5, snapshotWindow: '03:00-05:00' },
      service: { cpu: 1024, memoryMib: 2048, minTasks: 3, maxTasks: 20 },
      recovery: { copyRegions: ['us-west-2', 'eu-west-1'] },
    });
    expect(environment('production').service.scaling).toMatchObject({
      cpuPercent: 70,
      memoryPercent: 80,
      cooldownSeconds: 300,
    });
    expect(environment('staging').database.instanceType).toBe('t3.large');
  });
});

describe('A wrong value is refused with its field, the value and what is allowed', () => {
  test('an unknown environment', () => {
    expect(() => selectEnvironments('prod')).toThrow(
      new ConfigurationError('environment is "prod": allowed is one of dev, staging, production'),
    );
  });

  const wrong: [string, unknown, string][] = [
    [
      'a missing account',
      { ...dev, account: undefined },
      'account is missing: allowed is the 12 digits of an AWS account',
    ],
    ['an account that is too short', { ...dev, account: '123' }, 'account is "123": allowed is the 12 digits'],
    [
      'an address block that does not begin at its network address',
      { ...dev, network: { cidr: '10.0.1.0/16' } },
      'network.cidr is "10.0.1.0/16": allowed is an IPv4 block of /16 to /19',
    ],
    [
      'an address block that is none',
      { ...dev, network: { cidr: '10.300.0.0/16' } },
      'network.cidr is "10.300.0.0/16"',
    ],
    [
      'a task size that Fargate does not offer',
      { ...dev, service: { ...dev.service, cpu: 1024, memoryMib: 1024 } },
      'service.memoryMib is 1024: with service.cpu 1024, Fargate offers 2048, 3072',
    ],
    [
      'a CPU size that Fargate does not offer',
      { ...dev, service: { ...dev.service, cpu: 1000 } },
      'service.cpu is 1000: allowed is one of 256, 512, 1024',
    ],
    [
      'a database class outside the path',
      { ...dev, database: { ...dev.database, instanceType: 'r6g.huge' } },
      'database.instanceType is "r6g.huge": allowed is one of',
    ],
    [
      'too many read replicas',
      { ...dev, database: { ...dev.database, readReplicas: 4 } },
      'database.readReplicas is 4: allowed is a whole number from 0 to 3',
    ],
    [
      'a field that does not exist',
      { ...dev, database: { ...dev.database, multiAZ: true } },
      'database.multiAZ is no field',
    ],
    [
      'an address of e-mail that is none',
      { ...dev, alerting: { fallbackEmails: ['on-call'] } },
      'alerting.fallbackEmails.0 is "on-call": allowed is an e-mail address such as on-call@nailbook.example',
    ],
    [
      'a disk of metrics without room',
      { ...dev, metricsHost: { volumeGib: 5 } },
      'metricsHost.volumeGib is 5: allowed is a whole number from 10 to 1000 (GiB)',
    ],
    [
      'a zone of another region',
      { ...dev, zones: ['us-west-2a', 'us-west-2b'] },
      'zones.0 is "us-west-2a": allowed is a zone of ap-northeast-1',
    ],
    [
      'windows that overlap',
      { ...dev, database: { ...dev.database, maintenanceWindow: 'Sun:03:30-04:30' } },
      'database.maintenanceWindow is "Sun:03:30-04:30": allowed is one apart from database.backupWindow (03:00-04:00)',
    ],
    [
      'an unknown strategy',
      { ...dev, service: { ...dev.service, deployment: { strategy: 'yolo' } } },
      'service.deployment.strategy is "yolo": allowed is a strategy: blue-green',
    ],
    [
      'a rolling release that can never move',
      {
        ...dev,
        service: { ...dev.service, deployment: { strategy: 'rolling', batchPercent: 0, maxUnavailablePercent: 0 } },
      },
      'are both 0',
    ],
    [
      'a storage that RDS could not let grow',
      { ...dev, database: { ...dev.database, storageGib: 100, maxStorageGib: 109 } },
      'database.maxStorageGib is 109: RDS allows 110 % of database.storageGib (100) or more',
    ],
    [
      'a production database in one zone',
      { ...production, database: { ...production.database, multiAz: false } },
      'database.multiAz is false: production needs true',
    ],
    [
      'production in two zones',
      { ...production, zones: ['ap-northeast-1a', 'ap-northeast-1c'] },
      'zones has 2: production needs 3',
    ],
    [
      'a production database that could be deleted',
      { ...production, database: { ...production.database, deletionProtection: false } },
      'database.deletionProtection is false: production needs true',
    ],
    [
      'production without copies',
      { ...production, recovery: undefined },
      'recovery.copyRegions is empty: production needs at least one',
    ],
    [
      'traffic for a region on standby',
      { ...production, recovery: { ...recovery, secondRegion: { ...secondRegion, weightPercent: 10 } } },
      'recovery.secondRegion.weightPercent is 10: a region on standby has no tasks to take traffic',
    ],
    [
      'an active region without its share of traffic',
      { ...production, recovery: { ...recovery, secondRegion: { ...secondRegion, role: 'active' } } },
      'recovery.secondRegion.weightPercent is missing',
    ],
    [
      'a second region whose copies lie elsewhere',
      { ...production, recovery: { ...recovery, copyRegions: ['eu-west-1'] } },
      'recovery.secondRegion.region is "us-west-2": allowed is one of recovery.copyRegions (eu-west-1)',
    ],
    [
      "a second region with the first one's addresses",
      { ...production, recovery: { ...recovery, secondRegion: { ...secondRegion, cidr: '10.30.0.0/19' } } },
      'recovery.secondRegion.cidr is "10.30.0.0/19": allowed is a block apart from network.cidr',
    ],
    [
      'a zone that is listed twice',
      {
        ...production,
        recovery: { ...recovery, secondRegion: { ...secondRegion, zones: ['us-west-2a', 'us-west-2a'] } },
      },
      'recovery.secondRegion.zones.1 is "us-west-2a" again: allowed is each once',
    ],
    [
      'a copy in the same region twice',
      { ...production, recovery: { ...recovery, copyRegions: ['us-west-2', 'us-west-2'] } },
      'recovery.copyRegions.1 is "us-west-2" again',
    ],
    [
      'two sites of one name',
      { ...dev, edge: { sites: { customer: 'book', merchant: 'book' } } },
      'edge.sites.merchant is "book", as edge.sites.customer: allowed is a label of its own',
    ],
    [
      "a site under the API's name",
      { ...dev, edge: { sites: { admin: 'api' } } },
      'edge.sites.admin is "api": allowed is any label but api and metrics',
    ],
    [
      'a name that no certificate can begin with',
      { ...dev, domain: { ...dev.domain, name: `${'a'.repeat(50)}.example` } },
      'allowed are 56 characters',
    ],
    [
      'addresses that are somebody’s on the internet',
      { ...dev, network: { cidr: '8.8.0.0/16' } },
      'network.cidr is "8.8.0.0/16": allowed is an IPv4 block of /16 to /19 in 10.0.0.0/8',
    ],
    [
      "a recovery point in the hour before the database's own backup",
      { ...production, recovery: { ...recovery, backupAt: '02:30' } },
      'recovery.backupAt is "02:30": allowed is a time from which 2 hours pass without database.backupWindow (03:00-04:00)',
    ],
    [
      'a recovery point that would begin in the weekly maintenance',
      {
        ...production,
        database: { ...production.database, maintenanceWindow: 'Sun:08:00-09:00' },
        recovery: { ...recovery, backupAt: '06:30' },
      },
      'database.maintenanceWindow (Sun:08:00-09:00)',
    ],
    [
      'digits without quotes',
      { ...dev, account: 111111111111 },
      'allowed is the 12 digits of an AWS account; in quotes',
    ],
    [
      'a number in quotes',
      { ...dev, service: { ...dev.service, cpu: '256' } },
      'service.cpu is "256": allowed is a number, without quotes',
    ],
    [
      'a section that is missing',
      { ...dev, database: undefined },
      'database is missing: allowed is an object with fields of its own',
    ],
    [
      'a text in place of a list, once',
      { ...dev, zones: 'ap-northeast-1a' },
      'is refused:\n  zones is "ap-northeast-1a": allowed is a list',
    ],
    [
      'a number that is none',
      { ...dev, service: { ...dev.service, maxTasks: Number.NaN } },
      'service.maxTasks is NaN: allowed is a whole number from 1 to 100 (tasks)',
    ],
  ];
  test.each(wrong)('%s', (_, input, expected) => expect(refusal(input)).toContain(expected));

  test('everything that is wrong is said at once', () => {
    const message = refusal({ ...dev, account: '1', zones: [], network: { cidr: 'x' } });
    expect(message.split('\n')).toHaveLength(4);
    expect(message).toContain('The configuration of "dev" is refused:');
  });

  test('even when the whole configuration is none', () => {
    expect(refusal(null)).toBe(
      'The configuration of an unnamed environment is refused:\n  the configuration is null: allowed is an object with fields of its own',
    );
  });
});

describe('A risky combination is legal and warned of', () => {
  const staging = environment('staging');
  test('more connections than the database takes', () => {
    const risky = { ...staging, service: { ...staging.service, maxTasks: 20 } };
    expect(warnings(risky)).toEqual([
      expect.stringContaining('can open 1200 connections during a release; 80 % of what t3.large takes are 720'),
    ]);
  });

  test('a routing of alerts of whose failure nobody hears', () => {
    const risky = { ...environment('production'), alerting: { fallbackEmails: [] } };
    expect(warnings(risky)).toEqual([expect.stringContaining('alerting.fallbackEmails is empty')]);
  });

  test('a rolling release outside dev', () => {
    const risky = {
      ...staging,
      service: {
        ...staging.service,
        deployment: { strategy: 'rolling' as const, batchPercent: 100, maxUnavailablePercent: 0 },
      },
    };
    expect(warnings(risky)).toEqual([expect.stringContaining('service.deployment.strategy is "rolling"')]);
  });

  test('no rolling release in dev that stops tasks or adds some', () => {
    for (const deployment of [
      { strategy: 'rolling', batchPercent: 0, maxUnavailablePercent: 50 },
      { strategy: 'rolling', batchPercent: 100, maxUnavailablePercent: 0 },
    ]) {
      expect(warnings(parseEnvironment({ ...dev, service: { ...dev.service, deployment } }))).toEqual([]);
    }
  });

  test('a second region that writes across an ocean', () => {
    const active = {
      ...production,
      recovery: { ...recovery, secondRegion: { ...secondRegion, role: 'active' as const, weightPercent: 20 } },
    };
    expect(warnings(parseEnvironment(active))).toEqual([expect.stringContaining('crosses to the first region')]);
  });
});
