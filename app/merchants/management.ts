/** What the routes of a salon's management have in common. */
import { Type } from 'typebox';
import { Problem } from '../http/problem';
import { Id } from '../http/types';
import { AffectedBooking } from './affected-bookings';
import { type Configuration, ConfigurationBody } from './configuration';
import type { WeeklySpan } from './spans';

export const managementSchema = { tags: ['management'], security: [{ token: [] }] };

export const ChangedBody = Type.Object(
  {
    subjectId: Id,
    configuration: ConfigurationBody,
    affectedBookings: Type.Array(AffectedBooking, {
      description: 'Upcoming bookings that fit no longer. They stay as they are: move or cancel them, or let them be.',
    }),
  },
  { title: 'ConfigurationChanged' },
);

/** Throws a 404 Problem when the salon has no such staff member. */
export function staffOf({ staff }: Configuration, staffId: string): Configuration['staff'][number] {
  const member = staff.find(({ id }) => id === staffId);
  if (!member) throw new Problem(404, 'staff_unknown', `There is no staff member ${staffId} at this salon`);
  return member;
}

/** Throws a 404 Problem when the salon has no such service. */
export function serviceOf({ services }: Configuration, serviceId: string): Configuration['services'][number] {
  const service = services.find(({ id }) => id === serviceId);
  if (!service) throw new Problem(404, 'service_unknown', `There is no service ${serviceId} at this salon`);
  return service;
}

export function newId({ rows }: { rows: { id: string }[] }): string {
  if (!rows[0]) throw new Error('Nothing was inserted');
  return rows[0].id;
}

/** Spans as the columns of `unnest`. */
export function columnsOf(spans: readonly WeeklySpan[]): [weekdays: number[], from: string[], to: string[]] {
  return [spans.map(({ weekday }) => weekday), spans.map(({ from }) => from), spans.map(({ to }) => to)];
}
