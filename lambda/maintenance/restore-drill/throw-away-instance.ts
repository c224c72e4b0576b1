/** A throw-away copy of an instance of RDS for PostgreSQL. */
import {
  type DBInstance,
  DeleteDBInstanceCommand,
  DescribeDBInstancesCommand,
  paginateDescribeDBInstances,
  type RDSClient,
  RestoreDBInstanceFromDBSnapshotCommand,
  RestoreDBInstanceToPointInTimeCommand,
} from '@aws-sdk/client-rds';
import { instanceBackups } from './backups';
import { type DatabaseKind, statusOf, unlessMissing } from './kind';

export const INSTANCE: DatabaseKind = {
  async latestRestorableTime(rds, source) {
    return (await findInstance(rds, source))?.LatestRestorableTime ?? null;
  },

  backups: instanceBackups,

  async order(place, identifier, point, tags) {
    const source = await findInstance(place.rds, place.source);
    if (!source) throw new Error(`RDS knows no database ${place.source}`);
    const parameters = source.DBParameterGroups?.[0]?.DBParameterGroupName;
    const settings = {
      DBInstanceClass: source.DBInstanceClass,
      DBSubnetGroupName: place.subnetGroup,
      VpcSecurityGroupIds: [place.securityGroup],
      ...(parameters === undefined ? {} : { DBParameterGroupName: parameters }),
      MultiAZ: false,
      PubliclyAccessible: false,
      DeletionProtection: false,
      CopyTagsToSnapshot: false,
      AutoMinorVersionUpgrade: false,
      Tags: tags,
    };
    await ('backup' in point
      ? place.rds.send(
          new RestoreDBInstanceFromDBSnapshotCommand({
            ...settings,
            DBInstanceIdentifier: identifier,
            DBSnapshotIdentifier: point.backup,
          }),
        )
      : place.rds.send(
          new RestoreDBInstanceToPointInTimeCommand({
            ...settings,
            SourceDBInstanceIdentifier: place.source,
            TargetDBInstanceIdentifier: identifier,
            RestoreTime: point.time,
          }),
        ));
  },

  async progress({ rds }, identifier) {
    const instance = await findInstance(rds, identifier);
    const { Address: host = null, Port: port = 5432 } = instance?.Endpoint ?? {};
    return { status: instance ? statusOf(instance.DBInstanceStatus ?? '') : 'gone', host, port };
  },

  async list(rds) {
    const instances: DBInstance[] = [];
    for await (const { DBInstances = [] } of paginateDescribeDBInstances({ client: rds }, {}))
      instances.push(...DBInstances);
    return instances.map(({ DBInstanceIdentifier: identifier = '', DBInstanceStatus = '', TagList: tags = [] }) => ({
      identifier,
      status: statusOf(DBInstanceStatus),
      tags,
    }));
  },

  async remove(rds, identifier) {
    await rds.send(
      new DeleteDBInstanceCommand({
        DBInstanceIdentifier: identifier,
        SkipFinalSnapshot: true,
        DeleteAutomatedBackups: true,
      }),
    );
  },
};

export async function findInstance(rds: RDSClient, identifier: string): Promise<DBInstance | undefined> {
  try {
    const { DBInstances = [] } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: identifier }));
    return DBInstances[0];
  } catch (error) {
    return unlessMissing(error);
  }
}
