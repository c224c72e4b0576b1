import {
  DeleteDBInstanceCommand,
  DescribeDBInstancesCommand,
  RDSClient,
  RestoreDBInstanceToPointInTimeCommand,
  type DBInstance,
} from '@aws-sdk/client-rds';
import validate from 'asl-validator';
import { mockClient } from 'aws-sdk-client-mock';
import {
  begin,
  broken,
  discard,
  look,
  type DrillResources,
  type StepError,
} from '../../../lambda/maintenance/restore-drill/restore-drill';
import { type Drill, outcomeOf } from '../../../lambda/maintenance/restore-drill/drill';
import { DRILL_TASKS, maintenanceName, type DrillTask } from '../../../app/contract/maintenance';
import { environment } from '../../../lib/config/environments';
import { resourcesOf, synthesise, type SynthesisedStack } from '../../support/platform';
import { walk, type Definition } from './workflow';

let stacks: Map<string, SynthesisedStack>;
let definition: Definition;
beforeAll(async () => {
  stacks = await synthesise(environment('production'));
  definition = definitionOf('restore-drill');
});

function definitionOf(task: DrillTask): Definition {
  const workflows = resourcesOf(stacks, 'AWS::StepFunctions::StateMachine').map(({ properties }) => properties);
  const found = workflows.find(({ StateMachineName }) => StateMachineName === maintenanceName('production', task));
  return JSON.parse(joined(found?.['DefinitionString']));
}

/** `Fn::Join` with the function's ARN filled in. */
function joined(value: unknown): string {
  const { 'Fn::Join': [, parts] = ['', []] } = value as { 'Fn::Join'?: [string, unknown[]] };
  return parts.map((part) => (typeof part === 'string' ? part : 'arn:aws:lambda:ap-northeast-1:1:function:f')).join('');
}

test.each(DRILL_TASKS)(
  "the definition of %s is valid by AWS's own schema, and names its task where nothing is known yet",
  (task) => {
    const own = definitionOf(task);
    expect(validate(own)).toMatchObject({ isValid: true });
    for (const state of ['Begin', 'Broken', 'BrokenAtOnce'])
      expect(own.States[state]?.Parameters).toMatchObject({ task });
  },
);

const STARTED = Date.parse('2026-11-01T04:00:00+08:00');

/** RDS with a source and what the drill makes of it: a copy is there after some looks, and gone after some more. */
class FakeRds {
  readonly client = new RDSClient({ region: 'ap-northeast-1' });
  copy: DBInstance | null = null;
  deletions = 0;
  /** The status at each look, the last one for ever. */
  statuses = ['creating', 'creating', 'available'];
  endsAfter = 2;

  constructor() {
    const mock = mockClient(this.client);
    mock
      .on(DescribeDBInstancesCommand)
      .callsFake(({ DBInstanceIdentifier: name }: { DBInstanceIdentifier?: string }) => {
        const all = [
          {
            DBInstanceIdentifier: 'nailbook-production',
            DBInstanceClass: 'db.r6g.xlarge',
            LatestRestorableTime: new Date(STARTED - 240_000),
          },
          ...(this.copy ? [this.copy] : []),
        ];
        return {
          DBInstances: all.filter(({ DBInstanceIdentifier }) => name === undefined || DBInstanceIdentifier === name),
        };
      });
    mock
      .on(RestoreDBInstanceToPointInTimeCommand)
      .callsFake(({ TargetDBInstanceIdentifier, Tags }: { TargetDBInstanceIdentifier: string; Tags: [] }) => {
        this.copy = {
          DBInstanceIdentifier: TargetDBInstanceIdentifier,
          TagList: Tags,
          DBInstanceStatus: 'creating',
          Endpoint: { Address: 'copy' },
        };
        return {};
      });
    mock.on(DeleteDBInstanceCommand).callsFake(() => {
      this.deletions += 1;
      this.copy = { ...this.copy, DBInstanceStatus: 'deleting' };
      return {};
    });
  }

  /** What a minute changes. */
  passTime(): void {
    if (this.copy?.DBInstanceStatus === 'deleting') {
      if (this.endsAfter-- <= 1) this.copy = null;
    } else if (this.copy)
      this.copy.DBInstanceStatus = this.statuses.length > 1 ? this.statuses.shift() : this.statuses[0];
  }
}

type Payload = { step: string; task: DrillTask; drill?: Drill; error?: StepError };

/** Walks the real definition with the real steps; `breaks` makes a step throw. */
async function run(rds: FakeRds, breaks: Record<string, number> = {}) {
  let now = STARTED;
  const resources: DrillResources = {
    place: {
      rds: rds.client,
      engine: 'postgresql',
      source: 'nailbook-production',
      subnetGroup: 'isolated',
      securityGroup: 'sg',
    },
    clock: () => now,
    withDatabases: () => Promise.reject(new Error('nobody should ask')),
  };
  const found: Drill[] = [];
  const call = async (payload: Record<string, unknown>) => {
    const { step, task, drill, error } = payload as Payload;
    if (step !== 'begin') {
      now += 60_000;
      rds.passTime();
    }
    if ((breaks[step] ?? 0) > 0) {
      breaks[step] = (breaks[step] ?? 0) - 1;
      throw new Error(`${step} broke`);
    }
    if (step === 'begin') return begin(resources, task);
    if (step === 'broken') return broken(resources, task, drill, error ?? {});
    if (!drill) throw new Error(`${step} got no drill`);
    if (step === 'look') return look(resources, drill);
    if (step === 'check') return { ...drill, rtoSeconds: 600, bookings: 7 };
    if (step === 'discard') return discard(resources, drill);
    found.push(drill);
    return outcomeOf(drill);
  };
  const walked = await walk(definition, call, 1_000);
  return { ...walked, drill: found[0], call };
}

test('a drill that goes well looks until the copy is there, checks it, discards it, waits for its end and reports', async () => {
  const rds = new FakeRds();
  const { path, output } = await run(rds);
  expect(path.filter((state) => !['There?', 'Gone?'].includes(state))).toEqual([
    'Begin',
    'WaitForTheCopy',
    'Look',
    'WaitForTheCopy',
    'Look',
    'WaitForTheCopy',
    'Look',
    'Check',
    'Discard',
    'WaitForItsEnd',
    'Discard',
    'WaitForItsEnd',
    'Discard',
    'Report',
    'Reported',
  ]);
  expect(output).toMatchObject({
    failures: [],
    summary: 'The database was back after 10 minutes with 7 bookings, 240 s before the order.',
  });
  expect(rds.copy).toBeNull();
});

test.each([
  ['begin', 'before anything was ordered'],
  ['look', 'while the copy is made'],
  ['check', 'while the copy is asked'],
])('when %s breaks, %s, nothing is left behind and the reason is reported', async (step) => {
  const rds = new FakeRds();
  const { drill } = await run(rds, { [step]: 99 });
  expect(rds.copy).toBeNull();
  expect(drill?.failures).toEqual([`A step of the drill broke: Error: ${step} broke.`]);
  expect(drill).not.toHaveProperty('error');
});

test('when the order was made but its answer was lost, the copy is found and discarded', async () => {
  const rds = new FakeRds();
  rds.copy = {
    DBInstanceIdentifier: 'nailbook-production-restore-drill-202611010000',
    DBInstanceStatus: 'creating',
    TagList: [{ Key: 'nailbook:throw-away', Value: 'nailbook-production' }],
  };
  await run(rds, { begin: 99 });
  expect(rds.deletions).toBe(1);
  expect(rds.copy).toBeNull();
});

test('a deletion that is refused at first is tried again', async () => {
  const rds = new FakeRds();
  await run(rds, { discard: 5 });
  expect(rds.copy).toBeNull();
});

test('a restore that fails is discarded and reported', async () => {
  const rds = new FakeRds();
  rds.statuses = ['creating', 'incompatible-restore'];
  const { path, drill } = await run(rds);
  expect(path).not.toContain('Check');
  expect(drill?.failures).toEqual([
    expect.stringMatching(/^The restore failed: nailbook-production-restore-drill-\d+ is failed\.$/),
  ]);
  expect(rds.copy).toBeNull();
});

test('a restore that never ends is given up after two hours, within the time of the workflow', async () => {
  const rds = new FakeRds();
  rds.statuses = ['creating'];
  const { waitedSeconds, drill } = await run(rds);
  expect(drill?.failures[0]).toMatch(/is not there after 1[12]\d minutes: the restore is given up\.$/);
  expect(waitedSeconds).toBeLessThan(180 * 60);
  expect(rds.copy).toBeNull();
});
