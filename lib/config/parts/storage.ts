/** Configuration of buckets (requirement A7). */
import { z } from 'zod';
import { flag, wholeNumber } from '../fields';

export const storage = z.strictObject({
  /** Days that a replaced or deleted upload can be brought back. @default 90 */
  uploadVersionDays: wholeNumber(1, 3650, 'days').default(90),

  /** Days that daily dumps are kept. @default 30 */
  dailyBackupDays: wholeNumber(1, 365, 'days').default(30),

  /** Days that the dump of each month's first day is kept. @default 365 (requirement D6) */
  monthlyBackupDays: wholeNumber(30, 3650, 'days').default(365),

  /** Days of access logs. @default 90 (requirement E5) */
  logDays: wholeNumber(1, 3650, 'days').default(90),

  /** Keep buckets, keys and secrets when their stack is deleted. @default true */
  retain: flag().default(true),
});
