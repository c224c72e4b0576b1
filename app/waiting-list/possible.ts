/** Whether what somebody wants to wait for could ever be offered. */
import { localDayAt } from '../availability/local-day';
import { describeReason } from '../availability/reason-text';
import { bookingWindow } from '../availability/starts';
import { refusalsOf } from '../availability/visit';
import { Problem } from '../http/problem';
import type { Catalogue } from '../merchants/catalogue';

export interface Wanted {
  serviceIds: readonly string[];
  staffId: string | null;
  /** Local dates, `YYYY-MM-DD`. */
  fromDate: string;
  toDate: string;
}

/** Throws a 422 Problem with everything that is impossible: services, staff, dates that are over or beyond the salon's horizon. */
export function requirePossible(catalogue: Catalogue, wanted: Wanted, now: number): void {
  const { policy } = catalogue;
  const today = localDayAt(policy.timeZone, now).date;
  const lastDate = localDayAt(policy.timeZone, bookingWindow(policy, now).to - 1).date;
  const errors = errorsIn(catalogue, wanted);
  if (wanted.toDate < today)
    errors.push({
      field: 'body.toDate',
      value: wanted.toDate,
      message: `is over: today is ${today}`,
      code: 'in_the_past',
    });
  if (wanted.fromDate > lastDate) {
    const message = `is too far ahead: bookings are open until ${lastDate}`;
    errors.push({ field: 'body.fromDate', value: wanted.fromDate, message, code: 'beyond_horizon' });
  }
  const [first] = errors;
  if (!first) return;
  throw new Problem(422, first.code, errors.map(({ field, message }) => `${field}: ${message}`).join('; '), { errors });
}

interface WantedError {
  field: string;
  value: unknown;
  message: string;
  code: string;
}

function errorsIn(catalogue: Catalogue, wanted: Wanted): WantedError[] {
  const { serviceIds, staffId } = wanted;
  return refusalsOf(catalogue, staffId, serviceIds).map((refusal) => {
    const { field, message } = describeReason(refusal, catalogue.policy.timeZone);
    return {
      field: `body.${field}`,
      value: field === 'startsAt' ? undefined : wanted[field],
      message,
      code: refusal.code,
    };
  });
}
