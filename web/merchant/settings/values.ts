/** The salon's settings as its form has them, what the API allows for each, and the way there and back. */
import type { ApiProblem } from '../../shared/api/errors';
import type { Configuration } from '../../shared/api/schema';

type Settings = Configuration['settings'];

/** Language and reminders of messages are set beside their log. */
type Kept = Omit<Settings, 'language' | 'reminderMinutes'>;

/** A number that was deleted and not typed again is ''. */
export type Values = { [Name in keyof Kept]: Kept[Name] extends number | null ? number | '' : Kept[Name] };

export type Field = keyof Values;

/** As the API allows them, both ends included. */
const LIMITS = {
  slotMinutes: { min: 5, max: 240 },
  minNoticeMinutes: { min: 0, max: 525_600 },
  horizonDays: { min: 1, max: 366 },
  maxUpcomingPerCustomer: { min: 1, max: 1000 },
  cancelNoticeMinutes: { min: 0, max: 525_600 },
  holdMinutes: { min: 1, max: 60 },
  offerMinutes: { min: 5, max: 1440 },
} as const;

export const MAX_NAME = 100;

/** In the order in which they stand on the page. */
const FIELDS = [
  'name',
  'timeZone',
  'slotMinutes',
  'minNoticeMinutes',
  'horizonDays',
  'maxUpcomingPerCustomer',
  'confirmsAutomatically',
  'cancelNoticeMinutes',
  'holdMinutes',
  'offerMinutes',
] as const;

export function valuesOf({ language: _language, reminderMinutes: _reminders, ...kept }: Settings): Values {
  return { ...kept, maxUpcomingPerCustomer: kept.maxUpcomingPerCustomer ?? '' };
}

/** What was changed, and no more: what somebody else changes meanwhile stays. */
export function changesOf(before: Values, after: Values): Partial<Settings> {
  const changed = FIELDS.filter((name) => after[name] !== before[name]);
  return Object.fromEntries(changed.map((name) => [name, after[name] === '' ? null : after[name]]));
}

/** The fields that the API would refuse. */
export function wrongFields(values: Values): Field[] {
  return FIELDS.filter((name) => {
    if (name === 'timeZone' || name === 'confirmsAutomatically') return false;
    if (name === 'name') return values.name.trim() === '';
    const value = values[name];
    // No number: no limit.
    if (value === '') return name !== 'maxUpcomingPerCustomer';
    const { min, max } = LIMITS[name];
    return !(Number.isInteger(value) && value >= min && value <= max);
  });
}

/** Those that it did refuse. */
export function refusedFields({ problem }: ApiProblem): Field[] {
  return FIELDS.filter((name) => problem.errors?.some(({ field }) => field === `body.${name}`));
}
