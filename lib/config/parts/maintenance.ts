/** Configuration of when the platform is looked after (requirement D5). */
import { z } from 'zod';
import { oneOf, timeOfDay } from '../fields';

export const maintenance = z.strictObject({
  /** When the quiet hours begin; the tasks follow each other from here on, for two hours. @default '03:00' (requirement D5: 03:00-05:00) */
  startAt: timeOfDay().default('03:00'),

  /** Day of the weekly tasks, and in the first week of a month of the monthly ones. @default 'Sun' (requirement D5) */
  weekday: oneOf(['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']).default('Sun'),
});
