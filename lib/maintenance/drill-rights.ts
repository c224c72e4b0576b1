/** What the function of the restore drills may do. IAM refuses as the program does: it deletes only what is named as a copy that a drill made. */
import { Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { DRILL_TASKS } from '../../app/contract/maintenance';
import { acknowledge, forEachResource } from '../acknowledge';
import { DATABASE_PORT } from '../data/database';
import type { PlatformStack } from '../platform-stack';
import type { TaskFunction } from '../task-function';
import { databaseIdentifier, type MaintenanceDependencies } from './dependencies';
import { acknowledgements } from './task-functions';

export function letRestore(
  stack: PlatformStack,
  program: TaskFunction,
  { restorePlace, databaseKey }: MaintenanceDependencies,
): void {
  const { account, region, config } = stack;
  const source = databaseIdentifier(stack);
  const rds = (kind: string, name: string) => `arn:aws:rds:${region}:${account}:${kind}:${name}`;
  const copies = (kind: string) => DRILL_TASKS.map((task) => rds(kind, `${source}-${task}-*`));
  const aurora = config.database.engine === 'aurora-postgresql';
  const groups = [...(aurora ? ['cluster-pg'] : []), 'pg', 'og'].map((kind) => rds(kind, '*'));
  const snapshots = (aurora ? ['cluster-snapshot', 'cluster-auto-backup'] : ['snapshot', 'auto-backup']).map((kind) =>
    rds(kind, '*'),
  );
  const made = [...copies('db'), ...(aurora ? copies('cluster') : [])];
  const inside = rds('subgrp', restorePlace.subnetGroupName);
  const statements = [
    new PolicyStatement({
      actions: [
        'rds:DescribeDBClusters',
        'rds:DescribeDBClusterSnapshots',
        'rds:DescribeDBInstances',
        'rds:DescribeDBSnapshots',
      ],
      resources: ['*'],
    }),
    new PolicyStatement({
      actions: aurora
        ? ['rds:CreateDBInstance', 'rds:RestoreDBClusterFromSnapshot', 'rds:RestoreDBClusterToPointInTime']
        : ['rds:RestoreDBInstanceFromDBSnapshot', 'rds:RestoreDBInstanceToPointInTime'],
      resources: [rds(aurora ? 'cluster' : 'db', source), ...made, ...snapshots, ...groups, inside],
    }),
    new PolicyStatement({
      actions: ['rds:AddTagsToResource', 'rds:DeleteDBInstance', ...(aurora ? ['rds:DeleteDBCluster'] : [])],
      resources: made,
    }),
    new PolicyStatement({ actions: ['kms:CreateGrant', 'kms:DescribeKey'], resources: [databaseKey.keyArn] }),
  ];
  for (const statement of statements) {
    program.addToRolePolicy(statement);
    acknowledge(program, {
      ...acknowledgements(statement.resources),
      ...forEachResource(groups, 'The copy is made with the groups of its source, whose names AWS gives.'),
      ...forEachResource(
        snapshots,
        'AWS names the backups; nothing is done to them but restoring them under the name of a copy.',
      ),
    });
  }
  const restored = SecurityGroup.fromSecurityGroupId(stack, 'Restored', restorePlace.securityGroupId);
  program.connections.allowTo(restored, Port.tcp(DATABASE_PORT), `${stack.prefix}: a drill looks at its copy`);
}
