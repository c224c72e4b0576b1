/** Databases that a drill makes from a backup and throws away: it touches nothing that is not marked as its own. */
import {
  type DBInstance,
  DeleteDBInstanceCommand,
  DescribeDBInstancesCommand,
  paginateDescribeDBInstances,
  type RDSClient,
  RestoreDBInstanceToPointInTimeCommand,
} from '@aws-sdk/client-rds';

/** The mark: a restored copy does not inherit it, because snapshots carry the tags of their source. */
const TAG = 'nailbook:throw-away';

export interface ThrowAwayPlace {
  rds: RDSClient;
  /** Identifier of the database that copies are made of. */
  source: string;
  subnetGroup: string;
  securityGroup: string;
}

export type ThrowAwayStatus = 'making' | 'available' | 'deleting' | 'gone' | 'failed';

const FAILED = new Set([
  'failed',
  'incompatible-restore',
  'incompatible-network',
  'incompatible-parameters',
  'storage-full',
]);

/** Begins the name of every copy of this source; the rest says when it was made. */
export function throwAwayPrefix(source: string): string {
  return `${source}-drill-`;
}

/**
 * Orders a copy as the source was at `restoreTo`, or at the latest restorable moment; it stands alone: one zone, no backups, reached by
 * nobody but who looks at it. Returns its identifier.
 */
export async function orderCopy(place: ThrowAwayPlace, now: Date, restoreTo: Date | null): Promise<string> {
  const identifier = `${throwAwayPrefix(place.source)}${now.toISOString().slice(0, 16).replaceAll(/[-:T]/g, '')}`;
  const source = await find(place.rds, place.source);
  if (!source) throw new Error(`RDS knows no database ${place.source}`);
  const parameters = source.DBParameterGroups?.[0]?.DBParameterGroupName;
  await place.rds.send(
    new RestoreDBInstanceToPointInTimeCommand({
      SourceDBInstanceIdentifier: place.source,
      TargetDBInstanceIdentifier: identifier,
      ...(restoreTo === null ? { UseLatestRestorableTime: true } : { RestoreTime: restoreTo }),
      DBInstanceClass: source.DBInstanceClass,
      DBSubnetGroupName: place.subnetGroup,
      VpcSecurityGroupIds: [place.securityGroup],
      ...(parameters === undefined ? {} : { DBParameterGroupName: parameters }),
      MultiAZ: false,
      PubliclyAccessible: false,
      DeletionProtection: false,
      CopyTagsToSnapshot: false,
      AutoMinorVersionUpgrade: false,
      Tags: [{ Key: TAG, Value: place.source }],
    }),
  );
  return identifier;
}

export interface Copy {
  status: ThrowAwayStatus;
  host: string | null;
  port: number;
}

export async function copyState({ rds }: ThrowAwayPlace, identifier: string): Promise<Copy> {
  const instance = await find(rds, identifier);
  const { Address: host = null, Port: port = 5432 } = instance?.Endpoint ?? {};
  return { status: instance ? statusOf(instance.DBInstanceStatus ?? '') : 'gone', host, port };
}

/**
 * Orders the copy's deletion, without a last snapshot. True when it is gone already. Throws an Error for an instance that does not
 * carry the mark and the name of a copy of this source, whoever asks for it.
 */
export async function discardCopy(place: ThrowAwayPlace, identifier: string): Promise<boolean> {
  const instance = await find(place.rds, identifier);
  if (!instance) return true;
  refuseOthers(place, instance);
  if (instance.DBInstanceStatus === 'deleting') return false;
  await place.rds.send(
    new DeleteDBInstanceCommand({
      DBInstanceIdentifier: identifier,
      SkipFinalSnapshot: true,
      DeleteAutomatedBackups: true,
    }),
  );
  return false;
}

/** Every copy of this source that there is, those included that are being deleted. */
export async function ownCopies(place: ThrowAwayPlace): Promise<string[]> {
  const identifiers: string[] = [];
  for await (const { DBInstances = [] } of paginateDescribeDBInstances({ client: place.rds }, {})) {
    for (const instance of DBInstances)
      if (instance.DBInstanceIdentifier && isOwn(place, instance)) identifiers.push(instance.DBInstanceIdentifier);
  }
  return identifiers;
}

function refuseOthers(place: ThrowAwayPlace, instance: DBInstance): void {
  if (isOwn(place, instance)) return;
  throw new Error(
    `${instance.DBInstanceIdentifier} is not a copy that this drill made (name ${throwAwayPrefix(place.source)}…, tag ${TAG}=${place.source}): it is left alone`,
  );
}

function isOwn(
  { source }: ThrowAwayPlace,
  { DBInstanceIdentifier: identifier = '', TagList: tags = [] }: DBInstance,
): boolean {
  const marked = tags.some(({ Key, Value }) => Key === TAG && Value === source);
  return marked && identifier !== source && identifier.startsWith(throwAwayPrefix(source));
}

async function find(rds: RDSClient, identifier: string): Promise<DBInstance | undefined> {
  try {
    const { DBInstances = [] } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: identifier }));
    return DBInstances[0];
  } catch (error) {
    if (error instanceof Error && error.name === 'DBInstanceNotFoundFault') return undefined;
    throw error;
  }
}

function statusOf(status: string): ThrowAwayStatus {
  if (status === 'available') return 'available';
  if (status === 'deleting') return 'deleting';
  return FAILED.has(status) ? 'failed' : 'making';
}
