import {
  CreateDBInstanceCommand,
  CreateDBSubnetGroupCommand,
  DeleteDBInstanceCommand,
  DescribeDBInstancesCommand,
  RDSClient,
  RestoreDBInstanceToPointInTimeCommand,
  type DBInstance,
} from '@aws-sdk/client-rds';
import { mockClient } from 'aws-sdk-client-mock';
import type { Client } from 'pg';
import {
  begin,
  broken,
  check,
  discard,
  look,
  type DrillResources,
} from '../../../lambda/maintenance/restore-drill/restore-drill';
import { type Drill, outcomeOf } from '../../../lambda/maintenance/restore-drill/drill';
import type { ThrowAwayPlace } from '../../../lambda/maintenance/restore-drill/kind';
import { withEitherPassword } from '../../../lambda/maintenance/restore-drill/databases';
import { discardCopy, ownCopies } from '../../../lambda/maintenance/restore-drill/throw-away';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { askMoto, createMotoAccount, describeWithMoto, type Moto } from '../../support/moto';
import { createSalon, type Salon } from '../../support/salon';
import { addBookings, connect, NOW } from './support';

const MINUTE = 60_000;
const client = new RDSClient({ region: 'ap-northeast-1' });
const rds = mockClient(client);
let now: number;
const place: ThrowAwayPlace = {
  rds: client,
  engine: 'postgresql',
  source: 'nailbook-production',
  subnetGroup: 'isolated',
  securityGroup: 'sg-closed',
};
const resources: DrillResources = {
  place,
  clock: () => now,
  withDatabases: () => Promise.reject(new Error('nobody should ask')),
};

const TAG = { Key: 'nailbook:throw-away', Value: 'nailbook-production' };
const COPY = 'nailbook-production-restore-drill-202610311930';
const copy = (instance: Partial<DBInstance> = {}): DBInstance => ({
  DBInstanceIdentifier: COPY,
  DBInstanceStatus: 'available',
  Endpoint: { Address: 'copy.rds', Port: 5432 },
  TagList: [TAG],
  ...instance,
});
const SOURCE: DBInstance = {
  DBInstanceIdentifier: 'nailbook-production',
  DBInstanceStatus: 'available',
  DBInstanceClass: 'db.r6g.xlarge',
  LatestRestorableTime: new Date(NOW - 4 * MINUTE),
  DBParameterGroups: [{ DBParameterGroupName: 'parameters' }],
  TagList: [{ Key: 'project', Value: 'nailbook' }],
};

function thereAre(...instances: DBInstance[]): void {
  rds.on(DescribeDBInstancesCommand).resolves({ DBInstances: instances });
  for (const name of ['nailbook-production', COPY])
    rds
      .on(DescribeDBInstancesCommand, { DBInstanceIdentifier: name })
      .resolves({ DBInstances: instances.filter(({ DBInstanceIdentifier }) => DBInstanceIdentifier === name) });
}

beforeEach(() => {
  rds.reset();
  now = NOW;
  rds.on(RestoreDBInstanceToPointInTimeCommand).resolves({});
  rds.on(DeleteDBInstanceCommand).resolves({});
});

const ordered: Drill = {
  task: 'restore-drill',
  copy: COPY,
  state: 'making',
  orderedAt: new Date(NOW).toISOString(),
  restoredTo: new Date(NOW - 4 * MINUTE).toISOString(),
  backup: null,
  rtoSeconds: null,
  rpoSeconds: 240,
  bookings: null,
  newestBookingAt: null,
  schemaVersion: null,
  failures: [],
  notes: [],
};

test('a drill begins with a copy of the latest restorable moment, alone, closed and marked as its own', async () => {
  thereAre(SOURCE);
  expect(await begin(resources, 'restore-drill')).toEqual(ordered);
  expect(rds.commandCalls(RestoreDBInstanceToPointInTimeCommand)[0]?.args[0].input).toEqual({
    SourceDBInstanceIdentifier: 'nailbook-production',
    TargetDBInstanceIdentifier: COPY,
    RestoreTime: new Date(NOW - 4 * MINUTE),
    DBInstanceClass: 'db.r6g.xlarge',
    DBSubnetGroupName: 'isolated',
    VpcSecurityGroupIds: ['sg-closed'],
    DBParameterGroupName: 'parameters',
    MultiAZ: false,
    PubliclyAccessible: false,
    DeletionProtection: false,
    CopyTagsToSnapshot: false,
    AutoMinorVersionUpgrade: false,
    Tags: [TAG],
  });
});

test('what an earlier drill left behind is deleted first, and nothing else', async () => {
  const left = copy({ DBInstanceIdentifier: 'nailbook-production-restore-drill-202610010000' });
  const foreign = copy({ DBInstanceIdentifier: 'nailbook-production-restore-drill-by-hand', TagList: [] });
  const staging = copy({
    DBInstanceIdentifier: 'nailbook-staging-restore-drill-1',
    TagList: [{ ...TAG, Value: 'nailbook-staging' }],
  });
  thereAre(SOURCE, left, foreign, staging);
  rds
    .on(DescribeDBInstancesCommand, { DBInstanceIdentifier: left.DBInstanceIdentifier })
    .resolves({ DBInstances: [left] });
  const { notes } = await begin(resources, 'restore-drill');
  expect(notes).toEqual([
    'nailbook-production-restore-drill-202610010000, left by an earlier drill, is being deleted.',
  ]);
  expect(rds.commandCalls(DeleteDBInstanceCommand).map(({ args }) => args[0].input.DBInstanceIdentifier)).toEqual([
    'nailbook-production-restore-drill-202610010000',
  ]);
});

test('without a point in time to restore to nothing is ordered, and that is the finding', async () => {
  const { LatestRestorableTime: _, ...source } = SOURCE;
  thereAre(source);
  const drill = await begin(resources, 'restore-drill');
  expect(drill).toMatchObject({
    copy: null,
    state: 'given-up',
    failures: ['nailbook-production has no point in time to restore to.'],
  });
  expect(rds.commandCalls(RestoreDBInstanceToPointInTimeCommand)).toEqual([]);
});

test.each([
  ['the source itself', SOURCE],
  ['an instance without the mark', copy({ TagList: [] })],
  ['the copy of the other drill', copy({ DBInstanceIdentifier: 'nailbook-production-test-restore-202610311930' })],
  ['an instance with the mark of another source', copy({ TagList: [{ ...TAG, Value: 'nailbook-staging' }] })],
  ['an instance with the mark and another name', { ...SOURCE, TagList: [TAG] }],
])('it refuses to delete %s', async (_what, instance) => {
  thereAre(instance);
  await expect(discardCopy(place, 'restore-drill', instance.DBInstanceIdentifier ?? '')).rejects.toThrow(
    'is not a copy that this drill made',
  );
  expect(rds.commandCalls(DeleteDBInstanceCommand)).toEqual([]);
});

test.each([
  ['creating', 10, { state: 'making', failures: [] }],
  ['backing-up', 10, { state: 'making', failures: [] }],
  ['available', 10, { state: 'available', failures: [] }],
  ['incompatible-network', 10, { state: 'given-up', failures: [`The restore failed: ${COPY} is failed.`] }],
  [
    'creating',
    121,
    { state: 'given-up', failures: [`${COPY} is not there after 121 minutes: the restore is given up.`] },
  ],
  ['available', 121, { state: 'available', failures: [] }],
])('a copy that is %s after %i minutes', async (DBInstanceStatus, minutes, expected) => {
  thereAre(copy({ DBInstanceStatus }));
  now = NOW + minutes * MINUTE;
  expect(await look(resources, ordered)).toMatchObject(expected);
});

test('a copy that vanished is a failure', async () => {
  thereAre(SOURCE);
  expect(await look(resources, ordered)).toMatchObject({
    state: 'given-up',
    failures: [`The restore failed: ${COPY} is gone.`],
  });
});

test('every copy is deleted until none is left, also one of which the drill lost sight', async () => {
  thereAre(SOURCE, copy());
  const lost = broken(resources, 'restore-drill', undefined, { Error: 'Lambda.Timeout', Cause: 'timed out' });
  expect(lost).toMatchObject({ copy: null, state: 'given-up', failures: ['A step of the drill broke: timed out.'] });
  expect(await discard(resources, lost)).toMatchObject({ state: 'deleting' });
  thereAre(SOURCE, copy({ DBInstanceStatus: 'deleting' }));
  expect(await discard(resources, lost)).toMatchObject({ state: 'deleting' });
  thereAre(SOURCE);
  expect(await discard(resources, lost)).toMatchObject({ state: 'gone' });
  expect(rds.commandCalls(DeleteDBInstanceCommand).map(({ args }) => args[0].input)).toEqual([
    { DBInstanceIdentifier: COPY, SkipFinalSnapshot: true, DeleteAutomatedBackups: true },
  ]);
});

test('a step that broke keeps what was known and gives the reason in words', () => {
  const cause = JSON.stringify({ errorType: 'Error', errorMessage: 'connection refused', trace: [] });
  expect(broken(resources, 'restore-drill', ordered, { Error: 'Error', Cause: cause })).toEqual({
    ...ordered,
    state: 'given-up',
    failures: ['A step of the drill broke: connection refused.'],
  });
});

test('the report has the measures, and fails with what was found', () => {
  const checked = { ...ordered, rtoSeconds: 1_500, bookings: 42, state: 'gone' as const };
  expect(outcomeOf(checked)).toMatchObject({
    summary: 'The database was back after 25 minutes with 42 bookings, 240 s before the order.',
    failures: [],
    metrics: { RtoSeconds: 1_500, RpoSeconds: 240 },
  });
  expect(outcomeOf({ ...checked, failures: ['x'] })).toMatchObject({ summary: '', failures: ['x'] });
});

describe('the check of a copy', () => {
  let original: TestDatabase;
  let copied: TestDatabase;
  let source: Client;
  let sourceAdmin: Client;
  let restored: Client;
  let copyAdmin: Client;
  let salon: Salon;
  beforeAll(async () => {
    original = await createTestDatabase();
    salon = await createSalon(original.adminUrl);
    sourceAdmin = await connect(original.adminUrl);
    source = await connect(original.maintenanceUrl);
    copied = await createTestDatabase();
    copyAdmin = await connect(copied.adminUrl);
    await copyAdmin.query("SET session_replication_role = 'replica'");
    restored = await connect(copied.maintenanceUrl);
  });
  afterAll(async () => {
    await source.end();
    await sourceAdmin.end();
    await copyAdmin.end();
    await restored.end();
    await original.drop();
    await copied.drop();
  });
  beforeEach(async () => {
    thereAre(copy());
    now = NOW + 20 * MINUTE;
    await sourceAdmin.query('TRUNCATE bookings, bookings_archive, audit_log');
    await addBookings(sourceAdmin, salon, { count: 20, status: 'confirmed', daysAgo: 1 });
    await addBookings(sourceAdmin, salon, { count: 2, status: 'held', daysAgo: 3 });
    await copyAdmin.query('TRUNCATE bookings');
  });

  /** Copies the rows as they are now, then checks that copy. */
  async function checked(change: { copy?: string; source?: string } = {}, at = ordered): Promise<Drill> {
    const { rows } = await sourceAdmin.query<{ rows: string }>(
      "SELECT coalesce(json_agg(b), '[]')::text AS rows FROM bookings b",
    );
    await copyAdmin.query('INSERT INTO bookings SELECT * FROM json_populate_recordset(NULL::bookings, $1::json)', [
      rows[0]?.rows,
    ]);
    if (change.copy) await copyAdmin.query(change.copy);
    if (change.source) await sourceAdmin.query(change.source);
    return check({ ...resources, withDatabases: (_host, _port, work) => work(restored, source) }, at);
  }

  test('a true copy is good, whatever the source did since', async () => {
    const drill = await checked({
      source: `UPDATE bookings SET status = 'confirmed', expires_at = NULL WHERE id = (SELECT min(id) FROM bookings WHERE status = 'held');
               DELETE FROM bookings WHERE status = 'held';
               UPDATE bookings SET status = 'cancelled' WHERE id = (SELECT min(id) FROM bookings)`,
    });
    expect(drill).toMatchObject({
      failures: [],
      rtoSeconds: 20 * 60,
      rpoSeconds: 240,
      bookings: 22,
      newestBookingAt: '2026-10-27T19:30:00.000Z',
      schemaVersion: expect.stringMatching(/^\d{4}_/),
    });
  });

  test('a booking that is missing in the copy is found', async () => {
    const { failures } = await checked({
      copy: "DELETE FROM bookings WHERE id = (SELECT max(id) FROM bookings WHERE status = 'confirmed'); DELETE FROM bookings WHERE status = 'held'",
    });
    expect(failures).toEqual(['1 bookings of the source are missing in the copy.']);
  });

  test('a booking that the source has lost since is found', async () => {
    const { failures } = await checked({
      source: 'DELETE FROM bookings WHERE id IN (SELECT id FROM bookings ORDER BY id LIMIT 3)',
    });
    expect(failures).toEqual(['1 bookings of the copy are no longer in the source.']);
  });

  test('an entry of the audit log that is missing in the copy is found', async () => {
    const { failures } = await checked({
      source: `INSERT INTO audit_log (merchant_id, actor_role, actor_id, action, subject_id, request_id, at)
               VALUES (${salon.merchantId}, 'merchant', '1', 'booking.created', '1', 'r', '2026-10-31T12:00:00Z')`,
    });
    expect(failures).toEqual(['The audit log has 0 entries in the copy and 1 in the source.']);
  });

  test('a copy that knows more than it should is not what was ordered', async () => {
    const { failures } = await checked({
      copy: `UPDATE bookings SET created_at = '${new Date(NOW).toISOString()}' WHERE id = (SELECT max(id) FROM bookings)`,
    });
    expect(failures).toContainEqual(
      'The copy has a booking of 2026-10-31T19:30:00.000Z, and should be of 2026-10-31T19:26:00.000Z.',
    );
  });

  test('a copy without the constraint is found', async () => {
    const renamed = (from: string, to: string) => `ALTER TABLE bookings RENAME CONSTRAINT ${from} TO ${to}`;
    const { failures } = await checked({ copy: renamed('no_overlap_bookings', 'another') });
    await copyAdmin.query(renamed('another', 'no_overlap_bookings'));
    expect(failures).toEqual(['The constraint no_overlap_bookings is missing: bookings can overlap.']);
  });

  test('missed objectives are failures', async () => {
    now = NOW + 90 * MINUTE;
    const { failures } = await checked({}, { ...ordered, rpoSeconds: 1_800 });
    expect(failures).toEqual([
      'The database was back 90 minutes: the RTO allows 60.',
      'What was lost goes back 30 minutes: the RPO allows 15.',
    ]);
  });
});

describe('a copy whose password was rotated since', () => {
  let copied: TestDatabase;
  beforeAll(async () => {
    copied = await createTestDatabase();
  });
  afterAll(() => copied.drop());
  const urlOf = (password: string) => copied.maintenanceUrl.replace(/:[^:@]+@/, `:${password}@`);

  test('is entered with the one before, and by nothing else', async () => {
    const right = /:([^:@]+)@/.exec(copied.maintenanceUrl)?.[1] ?? '';
    const tried: string[] = [];
    const logIn = (passwords: Record<'AWSCURRENT' | 'AWSPREVIOUS', string>) =>
      withEitherPassword(async (stage) => {
        tried.push(stage);
        const session = await connect(urlOf(passwords[stage]));
        await session.end();
        return stage;
      });
    expect(await logIn({ AWSCURRENT: right, AWSPREVIOUS: 'wrong' })).toBe('AWSCURRENT');
    expect(await logIn({ AWSCURRENT: 'wrong', AWSPREVIOUS: right })).toBe('AWSPREVIOUS');
    await expect(logIn({ AWSCURRENT: 'wrong', AWSPREVIOUS: 'wrong' })).rejects.toMatchObject({ code: '28P01' });
    expect(tried).toEqual(['AWSCURRENT', 'AWSCURRENT', 'AWSPREVIOUS', 'AWSCURRENT', 'AWSPREVIOUS']);
  });

  test('what breaks for another reason is not tried with another password', async () => {
    const tried: string[] = [];
    const logIn = withEitherPassword((stage) => Promise.reject(new Error(`no route, ${tried.push(stage)}`)));
    await expect(logIn).rejects.toThrow('no route, 1');
  });
});

/** One of the subnets that moto has from the start. */
async function anySubnet({ settings: { endpoint, credentials } }: Moto): Promise<string> {
  const { accessKeyId } = credentials;
  const answer = await askMoto({ endpoint, accessKeyId }, 'ec2', 'Action=DescribeSubnets&Version=2016-11-15');
  const [subnet] = /subnet-[0-9a-f]+/.exec(answer) ?? [];
  if (subnet === undefined) throw new Error('moto has no subnets');
  return subnet;
}

describeWithMoto('against moto', () => {
  let moto: Moto;
  beforeAll(async () => {
    moto = await createMotoAccount();
  });

  test('a copy is really ordered, seen and deleted, and the source is still there', async () => {
    const real = new RDSClient(moto.settings);
    await real.send(
      new CreateDBSubnetGroupCommand({
        DBSubnetGroupName: 'isolated',
        DBSubnetGroupDescription: 'isolated',
        SubnetIds: [await anySubnet(moto)],
      }),
    );
    await real.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: 'nailbook-production',
        DBInstanceClass: 'db.r6g.xlarge',
        Engine: 'postgres',
        AllocatedStorage: 20,
        MasterUsername: 'admin',
        MasterUserPassword: 'password',
        BackupRetentionPeriod: 30,
      }),
    );
    const there = { ...resources, place: { ...place, rds: real } };
    now = NOW;
    let drill = await begin(there, 'restore-drill');
    expect(drill).toMatchObject({ copy: COPY, state: 'making' });
    drill = await look(there, drill);
    expect(drill.state).toBe('available');
    expect(await ownCopies(there.place, 'restore-drill')).toEqual([COPY]);
    do drill = await discard(there, drill);
    while (drill.state !== 'gone');
    const { DBInstances = [] } = await real.send(new DescribeDBInstancesCommand({}));
    expect(DBInstances.map(({ DBInstanceIdentifier }) => DBInstanceIdentifier)).toEqual(['nailbook-production']);
    real.destroy();
  });
});
