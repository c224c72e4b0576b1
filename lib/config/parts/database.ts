/** Configuration of the database (requirement A5). */
import { z } from 'zod';
import { dailyWindow, flag, oneOf, weeklyWindow, wholeNumber } from '../fields';
import { DATABASE_CLASS_NAMES } from '../sizes';

export const database = z.strictObject({
  /** `postgresql` is RDS; `aurora-postgresql` is the next size up, with readers that scale by themselves. @default 'postgresql' */
  engine: oneOf(['postgresql', 'aurora-postgresql']).default('postgresql'),

  /** Major version only: RDS chooses the minor and upgrades it. @default '18' */
  majorVersion: oneOf(['17', '18']).default('18'),

  /** Class without the `db.` prefix; changing it is the whole vertical path. @example 'r6g.xlarge' */
  instanceType: oneOf(DATABASE_CLASS_NAMES),

  /** A synchronous standby in another zone that takes over within about a minute. */
  multiAz: flag(),

  /** Read replicas (RDS) or permanent readers (Aurora), behind one reader name. @default 0 */
  readReplicas: wholeNumber(0, 3, 'replicas').default(0),

  /** Aurora only: up to this many readers at 60 % CPU. @default 3 */
  maxReaders: wholeNumber(0, 15, 'readers').default(3),

  /** gp3 storage at the start, in GiB; at 400 and above its baseline rises from 3,000 to 12,000 operations a second. Not for Aurora. */
  storageGib: wholeNumber(20, 65536, 'GiB'),

  /** Storage grows by itself up to this, in GiB. */
  maxStorageGib: wholeNumber(22, 65536, 'GiB'),

  /** Days of automated backups and point-in-time recovery. */
  backupRetentionDays: wholeNumber(1, 35, 'days'),

  /** When the daily backup runs. @default '03:00-04:00' (requirement A5) */
  backupWindow: dailyWindow().default('03:00-04:00'),

  /** When minor upgrades and deferred changes run. @default 'Sun:04:00-05:00', the quietest hour after a backup */
  maintenanceWindow: weeklyWindow().default('Sun:04:00-05:00'),

  /** Refuse to delete the database until this is off. */
  deletionProtection: flag(),

  /** Apply a change of class at once, with a minute of failover, instead of in the maintenance window. @default false */
  applyImmediately: flag().default(false),

  /** Statements slower than this go to the log, in ms. @default 1000 (requirement E2) */
  slowQueryMs: wholeNumber(50, 60000, 'ms').default(1000),

  /** Last resort against a statement that never ends, in seconds; the API sets shorter ones. @default 60 */
  statementTimeoutSeconds: wholeNumber(5, 3600, 'seconds').default(60),

  /** Last resort against waiting for a lock, in seconds; the API sets 250 ms. @default 10 */
  lockTimeoutSeconds: wholeNumber(1, 600, 'seconds').default(10),

  /** Days of query statistics in Database Insights: 7 costs nothing, 465 is the advanced mode. @default 7 */
  insightsDays: z.union([z.literal(7), z.literal(465)], { error: '7 or 465 (days)' }).default(7),

  /** Days between rotations of each database password. @default 30 */
  secretRotationDays: wholeNumber(1, 365, 'days').default(30),
});
