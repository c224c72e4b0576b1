/** Salons for the availability tests: a plain one to vary, and arbitrary ones around the nights when clocks change. */
import * as fc from 'fast-check';
import type { Interval } from '../../../app/availability/intervals';
import { MINUTE } from '../../../app/availability/local-day';
import type { BusyByStaff } from '../../../app/availability/slots';
import type {
  BookingPolicy,
  Catalogue,
  DateException,
  MinuteSpan,
  Service,
  StaffMember,
  Week,
} from '../../../app/merchants/catalogue';

/** Minutes after midnight of `"09:30"`; `"24:00"` is the end of the day. */
function clock(time: string): number {
  const [hours, minutes] = time.split(':').map(Number);
  return (hours ?? 0) * 60 + (minutes ?? 0);
}

/** `span('09:00-12:00')` */
export function span(text: string): MinuteSpan {
  const [from, to] = text.split('-').map(clock);
  return { from: from ?? 0, to: to ?? 0 };
}

/** The same spans on every weekday: `daily('09:00-12:00', '13:00-18:00')`. */
export function daily(...spans: string[]): Week {
  return Object.fromEntries([1, 2, 3, 4, 5, 6, 7].map((weekday) => [weekday, spans.map(span)]));
}

export function at(iso: string): number {
  return Date.parse(iso);
}

/** An interval of instants: `between('2026-06-01T09:00+08:00', '2026-06-01T10:00+08:00')`. */
export function between(from: string, to: string): Interval {
  return { from: at(from), to: at(to) };
}

export function iso(instant: number): string {
  return new Date(instant).toISOString().replace(':00.000Z', 'Z');
}

export function service(id: string, durationMinutes: number, price: number, changes: Partial<Service> = {}): Service {
  return {
    id,
    name: `service ${id}`,
    durationMinutes,
    bufferBeforeMinutes: 0,
    bufferAfterMinutes: 0,
    price,
    ...changes,
  };
}

/** Offers each service as it is listed. */
export function staffMember(id: string, services: readonly Service[], changes: Partial<StaffMember> = {}): StaffMember {
  const offers = new Map(
    services.map((each) => [each.id, { durationMinutes: each.durationMinutes, price: each.price }]),
  );
  return { id, name: `staff ${id}`, hours: daily('09:00-18:00'), breaks: {}, offers, ...changes };
}

interface SalonChanges {
  policy?: Partial<BookingPolicy>;
  openingHours?: Week;
  services?: readonly Service[];
  staff?: readonly StaffMember[];
  exceptions?: readonly DateException[];
}

/** Open 09:00 to 18:00 in Taipei, slots of 30 minutes; Amy (`1`) and Bea (`2`) do manicures (`10`, an hour, 800). */
export function salon(changes: SalonChanges = {}): Catalogue {
  const services = changes.services ?? [service('10', 60, 800)];
  const staff = changes.staff ?? [staffMember('1', services), staffMember('2', services)];
  return {
    merchantId: '1',
    name: 'Salon',
    policy: {
      timeZone: 'Asia/Taipei',
      slotMinutes: 30,
      minNoticeMinutes: 0,
      horizonDays: 60,
      cancelNoticeMinutes: 0,
      holdMinutes: 10,
      maxUpcomingPerCustomer: null,
      confirmsAutomatically: true,
      ...changes.policy,
    },
    openingHours: changes.openingHours ?? daily('09:00-18:00'),
    services: new Map(services.map((each) => [each.id, each])),
    staff: new Map(staff.map((each) => [each.id, each])),
    retired: { services: [], staff: [] },
    exceptions: changes.exceptions ?? [],
  };
}

/** Zones with a night in each on which something happens, and noon of that day in UTC. */
export const REMARKABLE_DAYS: readonly (readonly [timeZone: string, date: string])[] = [
  ['Asia/Taipei', '2026-06-01'],
  ['America/New_York', '2026-03-08'],
  ['America/New_York', '2026-11-01'],
  ['Europe/London', '2026-03-29'],
  ['Europe/London', '2026-10-25'],
  // Clocks move by half an hour.
  ['Australia/Lord_Howe', '2026-04-05'],
  ['Australia/Lord_Howe', '2026-10-04'],
  // Leaves summer time for Ramadan.
  ['Africa/Casablanca', '2026-02-15'],
  ['Africa/Casablanca', '2026-03-22'],
  // Midnight itself is skipped or occurs twice.
  ['Africa/Cairo', '2026-04-24'],
  ['America/Havana', '2026-03-08'],
  ['America/Havana', '2026-11-01'],
  // Clocks move by two hours.
  ['Antarctica/Troll', '2026-03-29'],
  ['Asia/Kathmandu', '2026-06-01'],
  // A date that did not exist.
  ['Pacific/Apia', '2011-12-30'],
];

export interface ArbitraryQuestion {
  catalogue: Catalogue;
  serviceIds: readonly string[];
  busy: BusyByStaff;
  now: number;
  from: number;
  to: number;
}

const minuteSpan = fc
  .tuple(fc.integer({ min: 0, max: 48 }), fc.integer({ min: 1, max: 48 }))
  .map(([from, steps]) => ({ from: from * 30, to: Math.min(1440, (from + steps) * 30) }));
const someWeek = fc.dictionary(
  fc.constantFrom('1', '2', '3', '4', '5', '6', '7'),
  fc.array(minuteSpan, { maxLength: 3 }),
  { minKeys: 4, noNullPrototype: true },
);
// Mostly open, or nearly every start would be refused for its hours alone.
const week = fc.oneof(someWeek, fc.constantFrom(daily('00:00-24:00'), daily('00:00-13:00', '14:30-24:00')));
const buffer = fc.constantFrom(0, 0, 5, 20);

/** A random salon of three staff members asked about three days around one of the remarkable ones. */
export const arbitraryQuestion: fc.Arbitrary<ArbitraryQuestion> = fc
  .constantFrom(...REMARKABLE_DAYS)
  .chain(([timeZone, date]) => {
    const noon = Date.parse(`${date}T12:00Z`);
    const from = noon - 36 * 60 * MINUTE;
    const to = noon + 36 * 60 * MINUTE;
    const services = fc.tuple(
      fc.record({ duration: fc.integer({ min: 1, max: 36 }), before: buffer, after: buffer }),
      fc.record({ duration: fc.integer({ min: 1, max: 12 }), before: buffer, after: buffer }),
    );
    const day = fc.constantFrom(
      ...[-1, 0, 1].map((days) => new Date(noon + days * 86_400_000).toISOString().slice(0, 10)),
    );
    const exceptions = fc.uniqueArray(
      fc.record({
        staffId: fc.constantFrom(null, '1', '2'),
        date: day,
        spans: fc.array(minuteSpan, { maxLength: 2 }),
        reason: fc.constant('holiday'),
      }),
      { maxLength: 3, selector: (entry) => `${entry.staffId} ${entry.date}` },
    );
    const taken = fc.array(
      fc
        .tuple(fc.integer({ min: -60, max: 900 }), fc.integer({ min: 1, max: 40 }))
        .map(([start, length]) => ({ from: from + start * 5 * MINUTE, to: from + (start + length) * 5 * MINUTE })),
      { maxLength: 6 },
    );
    return fc
      .record({
        services,
        exceptions,
        openingHours: week,
        hours: fc.array(week, { minLength: 3, maxLength: 3 }),
        breaks: fc.array(fc.array(minuteSpan, { maxLength: 1 }), { minLength: 3, maxLength: 3 }),
        busy: fc.array(taken, { minLength: 3, maxLength: 3 }),
        slotMinutes: fc.constantFrom(5, 15, 30, 50, 60, 240),
        minNoticeMinutes: fc.constantFrom(0, 0, 90, 90, 1440),
        horizonDays: fc.constantFrom(0, 1, 3, 3),
        now: fc
          .tuple(fc.integer({ min: -40, max: 10 }), fc.nat(1))
          .map(([hours, off]) => noon + hours * 60 * MINUTE + off),
        serviceIds: fc.constantFrom(['10'], ['11'], ['10', '11'], ['11', '10']),
      })
      .map((drawn) => {
        const listed = drawn.services.map(({ duration, before, after }, index) =>
          service(String(10 + index), duration * 5, 100, { bufferBeforeMinutes: before, bufferAfterMinutes: after }),
        );
        const staff = ['1', '2', '3'].map((id, index) =>
          staffMember(id, index === 2 ? listed.slice(0, 1) : listed, {
            hours: drawn.hours[index] ?? {},
            breaks: { 7: drawn.breaks[index] ?? [], 1: drawn.breaks[index] ?? [] },
          }),
        );
        const { slotMinutes, minNoticeMinutes, horizonDays, openingHours, exceptions } = drawn;
        const policy = { timeZone, slotMinutes, minNoticeMinutes, horizonDays };
        return {
          catalogue: salon({ policy, openingHours, services: listed, staff, exceptions }),
          serviceIds: drawn.serviceIds,
          busy: new Map(drawn.busy.map((intervals, index) => [String(index + 1), intervals])),
          now: drawn.now,
          from,
          to,
        };
      });
  });
