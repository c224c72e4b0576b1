/** Configuration of how closely an environment is watched (requirement A1) and what it may cost. */
import { z } from 'zod';
import { oneOf, wholeNumber } from '../fields';

export const monitoring = z.strictObject({
  /**
   * `basic`: alarms on what AWS measures by itself, and one dashboard. `full`: also what the API counts and logs, the burn of the error
   * budget, one page per incident, checks from outside, a dashboard per part. @default 'full'
   */
  level: oneOf(['basic', 'full']).default('full'),

  /** Somebody is told when the bill of a month is forecast to exceed this, in USD. @example 3000 */
  monthlyBudgetUsd: wholeNumber(10, 1_000_000, 'USD a month'),
});
