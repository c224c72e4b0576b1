/** Says in words why a start is not free, which input it is about and what would be allowed. */
import type { Reason } from './explain';

export interface ReasonText {
  /** The input that would have to change. */
  field: 'serviceIds' | 'staffId' | 'startsAt';
  message: string;
}

/** `timeZone`: the salon's, in which times are given. */
export function describeReason(reason: Reason, timeZone: string): ReasonText {
  const time = (instant: number) => localTime(instant, timeZone);
  switch (reason.code) {
    case 'no_services':
      return { field: 'serviceIds', message: 'name at least one service' };
    case 'staff_unknown':
      return { field: 'staffId', message: `there is no staff member ${reason.staffId} at this salon` };
    case 'unknown_service':
      return { field: 'serviceIds', message: `there is no service ${reason.serviceId} at this salon` };
    case 'not_offered':
      return {
        field: 'serviceIds',
        message: `staff member ${reason.staffId} does not offer service ${reason.serviceId}`,
      };
    case 'off_grid':
      return {
        field: 'startsAt',
        message: `visits start on the salon's grid: nearest ${reason.nearest.map(time).join(' or ')}`,
      };
    case 'in_the_past':
      return { field: 'startsAt', message: `lies in the past: the earliest start is ${time(reason.earliest)}` };
    case 'too_soon':
      return {
        field: 'startsAt',
        message: `is shorter notice than the salon needs: the earliest start is ${time(reason.earliest)}`,
      };
    case 'beyond_horizon':
      return { field: 'startsAt', message: `is too far ahead: bookings are open until ${reason.lastDate}` };
    case 'closed_that_day': {
      const because = reason.exceptionReason ? ` (${reason.exceptionReason})` : '';
      return {
        field: 'startsAt',
        message: `${reason.whose === 'salon' ? 'the salon is closed' : 'the staff member is off'} on ${reason.date}${because}`,
      };
    }
    case 'outside_hours': {
      const hours = reason.hours.map(({ from, to }) => `${time(from)} to ${time(to)}`).join(', ');
      return {
        field: 'startsAt',
        message: `the visit does not fit into the ${reason.whose === 'salon' ? "salon's" : "staff member's"} hours: ${hours}`,
      };
    }
    case 'in_break':
      return {
        field: 'startsAt',
        message: `the visit meets a break from ${time(reason.break.from)} to ${time(reason.break.to)}`,
      };
    case 'overlaps_booking':
      return {
        field: 'startsAt',
        message: `the staff member is busy from ${time(reason.busy.from)} to ${time(reason.busy.to)}`,
      };
  }
}

function localTime(instant: number, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(instant);
}
