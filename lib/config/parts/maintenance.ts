/** Configuration of when the platform is looked after (requirement D5). */
import { z } from 'zod';
import { oneOf, timeOfDay } from '../fields';

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;

export const maintenance = z.strictObject({
  /**
   * When the quiet hours begin. The daily and weekly tasks follow each other from here on and end within two hours; the monthly ones have
   * four, as indexes are rebuilt after the night's dump, which they would wait for. @default '03:00' (requirement D5: 03:00-05:00)
   */
  startAt: timeOfDay().default('03:00'),

  /** Day of the weekly tasks, and in the first week of a month of the monthly ones. @default 'Sun' (requirement D5) */
  weekday: oneOf(WEEKDAYS).default('Sun'),

  /**
   * When the newest snapshot is restored every week. Not in the quiet hours: it works on a copy, which nobody notices, and comes after AWS
   * Backup's recovery point (`recovery.backupAt`), which is to be the one that is restored. @default '07:00'
   */
  restoreTestAt: timeOfDay().default('07:00'),

  /** Day of that, apart from the monthly restore drill. @default 'Wed' */
  restoreTestWeekday: oneOf(WEEKDAYS).default('Wed'),
});
