/** What the database costs: RDS or Aurora, its replicas, storage and backups. */
import { DATABASE_CLASS_NAMES, type DatabaseClass } from '../../config/sizes';
import { HOURS, besides, charge, type Context, type Line, type Pricer } from '../line';
import { calculate, exactly, times, type Range } from '../range';
import { UnknownCost, numberOf, textOf, type Resource } from '../resources';

const part = 'Database';

/** vCPUs; advanced Database Insights is paid by them. */
const CPUS: Record<DatabaseClass, number> = {
  't4g.medium': 2,
  't4g.large': 2,
  't3.medium': 2,
  't3.large': 2,
  'r6g.large': 2,
  'r6g.xlarge': 4,
  'r6g.2xlarge': 8,
  'r6g.4xlarge': 16,
};

const instance: Pricer = (database, context) => {
  const className = classOf(database);
  if (database.properties['Engine'] === 'aurora-postgresql') {
    return [
      charge(database, context, { part, product: `aurora-postgresql.${className}`, quantity: exactly(HOURS) }),
      ...insights(database, context, className, HOURS),
    ];
  }
  const replica = database.properties['SourceDBInstanceIdentifier'] !== undefined;
  const copies = database.properties['MultiAZ'] === true ? 2 : 1;
  const label = replica ? 'Replica' : copies === 2 ? 'Instance and standby' : 'Instance';
  return [
    charge(database, context, {
      part,
      product: `postgresql.${className}`,
      quantity: exactly(HOURS * copies), // AWS's Multi-AZ prices are twice the single ones
      item: `${label} ${className}`,
    }),
    charge(database, context, {
      part,
      product: 'database.storage',
      quantity: times(storage(database, context), copies),
    }),
    ...insights(database, context, className, HOURS * copies),
    ...(replica ? replication(database, context) : []),
    ...(database.properties['BackupRetentionPeriod'] === undefined ? [] : backups(database, context)),
  ];
};

/** GB from the start to where storage has grown by itself; a replica has its source's. */
function storage(database: Resource, { config }: Context): Range {
  const least =
    database.properties['AllocatedStorage'] === undefined
      ? config.database.storageGib
      : numberOf(database, 'AllocatedStorage');
  const most =
    database.properties['MaxAllocatedStorage'] === undefined ? least : numberOf(database, 'MaxAllocatedStorage');
  return { min: least, expected: least, max: most };
}

/** Backups up to the size of the storage are free. */
function backups(database: Resource, context: Context): Line[] {
  const days = numberOf(database, 'BackupRetentionPeriod');
  const quantity = calculate([backupGb(context, days), storage(database, context)], (kept, free) =>
    Math.max(0, kept - free),
  );
  const lines = [charge(database, context, { part, product: 'database.backup', quantity })];
  const region = database.properties['AutomaticBackupReplicationRegion'];
  if (typeof region !== 'string') return lines;
  const replicatedDays = numberOf(database, 'AutomaticBackupReplicationRetentionPeriod');
  return [
    ...lines,
    charge(database, context, {
      part: 'Backups and recovery',
      product: 'database.backup',
      quantity: backupGb(context, replicatedDays),
      item: 'Automated backups, replicated',
      region,
    }),
    charge(database, context, {
      part: 'Backups and recovery',
      product: 'transfer.region',
      quantity: times(context.usage.databaseChangeGbPerDay, 30),
      item: 'Automated backups on their way',
    }),
  ];
}

/** A replica in another region is fed over the sea; one nearby is fed free. */
function replication(replica: Resource, context: Context): Line[] {
  const { region } = context.config;
  if (replica.region === region) return [];
  return [
    charge(replica, context, {
      part: 'Backups and recovery',
      product: 'transfer.region',
      quantity: times(context.usage.databaseChangeGbPerDay, 30),
      item: `Replication to ${replica.region}`,
      region,
    }),
  ];
}

/** GB of one full backup and of what each day adds. */
export function backupGb({ usage }: Context, days: number): Range {
  return calculate([usage.databaseGb, usage.databaseChangeGbPerDay], (data, change) => data + change * days);
}

function insights(database: Resource, context: Context, className: DatabaseClass, hours: number): Line[] {
  if (database.properties['DatabaseInsightsMode'] !== 'advanced') return [];
  return [
    charge(database, context, { part, product: 'database.insights', quantity: exactly(hours * CPUS[className]) }),
  ];
}

const cluster: Pricer = (aurora, context) => {
  const { usage } = context;
  const operations = calculate(
    [usage.requestsPerMonth, usage.auroraOperationsPerRequest],
    (requests, each) => requests * each,
  );
  const days = numberOf(aurora, 'BackupRetentionPeriod');
  return [
    charge(aurora, context, { part, product: 'aurora.storage', quantity: usage.databaseGb }),
    charge(aurora, context, { part, product: 'aurora.io', quantity: operations }),
    // The newest day is free.
    charge(aurora, context, {
      part,
      product: 'aurora.backup',
      quantity: times(usage.databaseChangeGbPerDay, days - 1),
    }),
    ...extraReaders(aurora, context),
  ];
};

/** Readers that autoscaling adds to those that always run. */
function extraReaders(aurora: Resource, context: Context): Line[] {
  const target = besides(context, 'AWS::ApplicationAutoScaling::ScalableTarget').find(
    ({ properties }) => properties['ServiceNamespace'] === 'rds',
  );
  const [writer] = besides(context, 'AWS::RDS::DBInstance');
  if (!target || !writer) return [];
  const range = numberOf(target, 'MaxCapacity') - numberOf(target, 'MinCapacity');
  return [
    charge(aurora, context, {
      part,
      product: `aurora-postgresql.${classOf(writer)}`,
      quantity: times(context.usage.scaledOutPercent, (range * HOURS) / 100),
      item: 'Readers that autoscaling adds',
    }),
  ];
}

export function classOf(database: Resource): DatabaseClass {
  const name = textOf(database, 'DBInstanceClass').replace(/^db\./, '');
  const known = DATABASE_CLASS_NAMES.find((candidate) => candidate === name);
  if (known) return known;
  throw new UnknownCost(database, `is of class ${name}: prices are known of ${DATABASE_CLASS_NAMES.join(', ')}`);
}

export const database: Record<string, Pricer> = {
  'AWS::RDS::DBInstance': instance,
  'AWS::RDS::DBCluster': cluster,
};
