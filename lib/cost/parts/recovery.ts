/** What recovery points cost beyond RDS's own backups, with their copies and the drills of restoring them. */
import { DRILL_TASKS, MAINTENANCE_TASKS } from '../../../app/contract/maintenance';
import { besides, charge, type Context, type Line, type Pricer } from '../line';
import { calculate, exactly, times, type Range } from '../range';
import { UnknownCost, isProperties, listOf, objectOf, textOf, type Properties, type Resource } from '../resources';
import { backupGb, classOf } from './database';

const part = 'Backups and recovery';

const WEEKS_PER_MONTH = 52 / 12;

/** Restoring, looking, deleting: an hour is the objective of the first, three the limit of all. */
const HOURS_OF_A_DRILL = 2;

const plan: Pricer = (backupPlan, context) => {
  const rules = listOf(objectOf(backupPlan.properties, 'BackupPlan'), 'BackupPlanRule').filter(isProperties);
  const copyActions = rules.flatMap((rule) => listOf(rule, 'CopyActions').filter(isProperties));
  return [
    ...rules.map((rule) => points(backupPlan, context, rule, backupPlan.region)),
    ...copyActions.flatMap((copy) => copies(backupPlan, context, copy)),
  ];
};

function points(backupPlan: Resource, context: Context, rule: Properties, region: string): Line {
  const days = Number(objectOf(rule, 'Lifecycle')['DeleteAfterDays']);
  if (Number.isNaN(days)) throw new UnknownCost(backupPlan, 'keeps recovery points without an end');
  const item = region === backupPlan.region ? 'Recovery points' : 'Recovery points, copied';
  // A snapshot of RDS holds what changed since the one before; one of Aurora holds everything.
  return isAurora(context)
    ? charge(backupPlan, context, { part, product: 'aurora.backup', quantity: everyDay(context, days), item, region })
    : charge(backupPlan, context, {
        part,
        product: 'database.backup',
        quantity: backupGb(context, days),
        item,
        region,
      });
}

function copies(backupPlan: Resource, context: Context, copy: Properties): Line[] {
  const [, region] = /arn:aws:backup:([a-z0-9-]+):/.exec(JSON.stringify(copy['DestinationBackupVaultArn'])) ?? [];
  if (region === undefined) throw new UnknownCost(backupPlan, 'copies to a vault whose region is not stated');
  const quantity = isAurora(context) ? everyDay(context, 30) : times(context.usage.databaseChangeGbPerDay, 30);
  return [
    points(backupPlan, context, copy, region),
    charge(backupPlan, context, { part, product: 'transfer.region', quantity, item: `Recovery points to ${region}` }),
  ];
}

function everyDay({ usage }: Context, days: number): Range {
  return calculate([usage.databaseGb], (data) => data * days);
}

/** The copy of the database that a drill makes; what its workflow costs itself is pennies. */
const drill: Pricer = (workflow, context) => {
  const task = DRILL_TASKS.find((name) => textOf(workflow, 'StateMachineName').endsWith(`-${name}`));
  if (task === undefined) return [];
  const [database] = besides(context, 'AWS::RDS::DBInstance');
  if (!database) throw new UnknownCost(workflow, 'restores a database that is not there');
  const { every } = MAINTENANCE_TASKS[task];
  const engine = isAurora(context) ? 'aurora-postgresql' : 'postgresql';
  return [
    charge(workflow, context, {
      part,
      product: `${engine}.${classOf(database)}`,
      quantity: exactly(HOURS_OF_A_DRILL * (every === 'week' ? WEEKS_PER_MONTH : 1)),
      item: `Instance that is restored every ${every}`,
    }),
  ];
};

function isAurora({ config }: Context): boolean {
  return config.database.engine === 'aurora-postgresql';
}

export const recovery: Record<string, Pricer> = {
  'AWS::Backup::BackupPlan': plan,
  'AWS::StepFunctions::StateMachine': drill,
};
