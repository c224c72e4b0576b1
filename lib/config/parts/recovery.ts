/** Configuration of what survives the loss of a database, an account's good will or a region (requirement A11). */
import { z } from 'zod';
import { oneOf, region, timeOfDay, vpcBlock, wholeNumber, zones } from '../fields';

/** A second region with the same stacks. */
const secondRegion = z.strictObject({
  /** It also has to be one of `copyRegions`: it starts from the copies that lie there. @example 'us-west-2' */
  region: region(),

  /** Zones of that region. @example ['us-west-2a', 'us-west-2b', 'us-west-2c'] */
  zones: zones(),

  /** Addresses of its VPC, apart from the first region's. @example '10.31.0.0/16' */
  cidr: vpcBlock(),

  /** `standby` is a pilot light: data follows, tasks are off, names fail over. `active` also serves, and writes to the first region. */
  role: oneOf(['standby', 'active']),

  /** Share of the traffic; only for an active region. @example 20 */
  weightPercent: wholeNumber(1, 99, 'percent').optional(),
});

export const recovery = z.strictObject({
  /** Days that AWS Backup keeps its daily recovery points. @default 35 */
  retentionDays: wholeNumber(1, 365, 'days').default(35),

  /** When the daily recovery point is taken: neither in RDS's own windows nor in the hour before them. @default '05:30' */
  backupAt: timeOfDay().default('05:30'),

  /** `compliance` can be taken off by nobody once `lockCoolingOffDays` have passed, `governance` by those with the right. @default 'governance' */
  vaultLock: oneOf(['governance', 'compliance']).default('governance'),

  /** Days in which a compliance lock can still be taken off. @default 7 */
  lockCoolingOffDays: wholeNumber(3, 365, 'days').default(7),

  /** Regions that get copies of database backups, uploads and sites. @default none */
  copyRegions: z.array(region()).max(3, { error: 'at most 3 regions' }).default([]),

  secondRegion: secondRegion.optional(),
});
