/** What a drill asks of the kinds of database there are, and what they have in common. */
import type { RDSClient, Tag } from '@aws-sdk/client-rds';
import type { DatabaseEngine } from '../verify-backup/backup-state';
import type { Backup } from './backups';

export interface ThrowAwayPlace {
  rds: RDSClient;
  engine: DatabaseEngine;
  /** Identifier of the database that copies are made of. */
  source: string;
  subnetGroup: string;
  securityGroup: string;
}

export type ThrowAwayStatus = 'making' | 'available' | 'deleting' | 'gone' | 'failed';

/** What a copy is made from: a moment, or the snapshot of that name. */
export type CopyPoint = { time: Date } | { backup: string };

export interface Copy {
  status: ThrowAwayStatus;
  host: string | null;
  port: number;
}

export interface Listed {
  identifier: string;
  status: ThrowAwayStatus;
  tags: Tag[];
}

/** What differs between an instance of RDS and a cluster of Aurora. */
export interface DatabaseKind {
  /** To what moment the database can be restored now; null when it is unknown or keeps no log. */
  latestRestorableTime(rds: RDSClient, source: string): Promise<Date | null>;
  /** Complete snapshots, whoever took them, in any order. */
  backups(rds: RDSClient, source: string): Promise<Backup[]>;
  order(place: ThrowAwayPlace, identifier: string, point: CopyPoint, tags: Tag[]): Promise<void>;
  /** Looks how far a copy is, and orders what it still lacks. */
  progress(place: ThrowAwayPlace, identifier: string, tags: Tag[]): Promise<Copy>;
  /** Every database of this kind. */
  list(rds: RDSClient): Promise<Listed[]>;
  /** Orders the deletion, without a last snapshot; to be called again until the database is gone. */
  remove(rds: RDSClient, identifier: string): Promise<void>;
}

const FAILED = new Set([
  'failed',
  'incompatible-restore',
  'incompatible-network',
  'incompatible-parameters',
  'storage-full',
]);

/** RDS's words for the state of an instance or a cluster, in the few that a drill decides by. */
export function statusOf(status: string): ThrowAwayStatus {
  if (status === 'available') return 'available';
  if (status === 'deleting') return 'deleting';
  return FAILED.has(status) ? 'failed' : 'making';
}

/** For a `catch`: undefined when RDS says that there is no such thing; everything else goes on. */
export function unlessMissing(error: unknown): undefined {
  const name = error instanceof Error ? error.name : '';
  if (name !== 'DBInstanceNotFoundFault' && name !== 'DBClusterNotFoundFault') throw error;
}
