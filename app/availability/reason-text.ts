/** Says in words why a start is not free, which input it is about and what would be allowed. */
import type { Language } from '../http/language';
import type { Reason } from './explain';
import type { Interval } from './intervals';

export interface ReasonText {
  /** The input that would have to change. */
  field: 'serviceIds' | 'staffId' | 'startsAt';
  message: string;
}

/** `timeZone`: the salon's, in which times are given. */
export function describeReason(reason: Reason, timeZone: string, language: Language = 'en'): ReasonText {
  const words = WORDS[language];
  const time = (instant: number) => localTime(instant, timeZone);
  const span = ({ from, to }: Interval) => words.span(time(from), time(to));
  switch (reason.code) {
    case 'no_services':
      return { field: 'serviceIds', message: words.noServices };
    case 'staff_unknown':
      return { field: 'staffId', message: words.staffUnknown(reason.staffId) };
    case 'unknown_service':
      return { field: 'serviceIds', message: words.unknownService(reason.serviceId) };
    case 'not_offered':
      return {
        field: 'serviceIds',
        message:
          reason.staffId === null
            ? words.notOfferedByAnyone(reason.serviceId)
            : words.notOffered(reason.staffId, reason.serviceId),
      };
    case 'not_offered_together':
      return { field: 'serviceIds', message: words.notOfferedTogether(reason.serviceIds.join(words.and)) };
    case 'off_grid':
      return { field: 'startsAt', message: words.offGrid(reason.nearest.map(time).join(words.or)) };
    case 'in_the_past':
      return { field: 'startsAt', message: words.inThePast(time(reason.earliest)) };
    case 'too_soon':
      return { field: 'startsAt', message: words.tooSoon(time(reason.earliest)) };
    case 'beyond_horizon':
      return { field: 'startsAt', message: words.beyondHorizon(reason.lastDate) };
    case 'closed_that_day':
      return {
        field: 'startsAt',
        message: words.closed[reason.whose](reason.date) + words.because(reason.exceptionReason),
      };
    case 'outside_hours':
      return { field: 'startsAt', message: words.outsideHours[reason.whose](reason.hours.map(span).join(words.and)) };
    case 'in_break':
      return { field: 'startsAt', message: words.inBreak(span(reason.break)) };
    case 'overlaps_booking':
      return { field: 'startsAt', message: words.overlaps(span(reason.busy)) };
  }
}

const ENGLISH = {
  or: ' or ',
  and: ', ',
  span: (from: string, to: string) => `${from} to ${to}`,
  noServices: 'name at least one service',
  staffUnknown: (id: string) => `there is no staff member ${id} to book at this salon`,
  unknownService: (id: string) => `there is no service ${id} to book at this salon`,
  notOffered: (staffId: string, serviceId: string) => `staff member ${staffId} does not offer service ${serviceId}`,
  notOfferedByAnyone: (serviceId: string) => `nobody at this salon offers service ${serviceId}`,
  notOfferedTogether: (serviceIds: string) =>
    `nobody at this salon offers all of the services ${serviceIds}: book them as visits of their own`,
  offGrid: (nearest: string) => `visits start on the salon's grid: nearest ${nearest}`,
  inThePast: (earliest: string) => `lies in the past: the earliest start is ${earliest}`,
  tooSoon: (earliest: string) => `is shorter notice than the salon needs: the earliest start is ${earliest}`,
  beyondHorizon: (lastDate: string) => `is too far ahead: bookings are open until ${lastDate}`,
  closed: {
    salon: (date: string) => `the salon is closed on ${date}`,
    staff: (date: string) => `the staff member is off on ${date}`,
  },
  because: (reason: string | null) => (reason ? ` (${reason})` : ''),
  outsideHours: {
    salon: (hours: string) => `the visit does not fit into the salon's hours: ${hours}`,
    staff: (hours: string) => `the visit does not fit into the staff member's hours: ${hours}`,
  },
  inBreak: (span: string) => `the visit meets a break from ${span}`,
  overlaps: (span: string) => `the staff member is busy from ${span}`,
};

const CHINESE: typeof ENGLISH = {
  or: ' 或 ',
  and: '、',
  span: (from, to) => `${from} 至 ${to}`,
  noServices: '請至少選擇一項服務',
  staffUnknown: (id) => `店內沒有可預約的美甲師（編號 ${id}）`,
  unknownService: (id) => `店內沒有可預約的服務（編號 ${id}）`,
  notOffered: (staffId, serviceId) => `美甲師 ${staffId} 不提供服務 ${serviceId}`,
  notOfferedByAnyone: (serviceId) => `店內沒有美甲師提供服務 ${serviceId}`,
  notOfferedTogether: (serviceIds) => `店內沒有美甲師能同時提供服務 ${serviceIds}，請分開預約`,
  offGrid: (nearest) => `開始時間須符合店家的時段，最近的是 ${nearest}`,
  inThePast: (earliest) => `時間已過，最早可從 ${earliest} 開始`,
  tooSoon: (earliest) => `未達店家要求的提前預約時間，最早可從 ${earliest} 開始`,
  beyondHorizon: (lastDate) => `日期太遠，目前開放預約至 ${lastDate}`,
  closed: { salon: (date) => `店家 ${date} 公休`, staff: (date) => `美甲師 ${date} 休假` },
  because: (reason) => (reason ? `（${reason}）` : ''),
  outsideHours: {
    salon: (hours) => `超出店家的營業時間：${hours}`,
    staff: (hours) => `超出美甲師的上班時間：${hours}`,
  },
  inBreak: (span) => `與休息時間衝突：${span}`,
  overlaps: (span) => `美甲師在這段時間已有安排：${span}`,
};

const WORDS: Record<Language, typeof ENGLISH> = { en: ENGLISH, 'zh-TW': CHINESE };

/** `2026-11-03 15:00`, as the clock at the salon shows it. */
export function localTime(instant: number, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(instant);
}
