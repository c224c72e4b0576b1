/** What one merchant offers and when: read as a whole, kept in memory, and the input of every availability question. */

/** Minutes after local midnight, end exclusive; 1440 is the end of the day. */
export interface MinuteSpan {
  from: number;
  to: number;
}

/** Weekly spans by ISO weekday: index 1 is Monday, 7 is Sunday; a missing day is closed. */
export type Week = Partial<Record<number, readonly MinuteSpan[]>>;

export interface BookingPolicy {
  /** IANA name, such as `Asia/Taipei`. */
  timeZone: string;
  /** Visits start on multiples of this many minutes after local midnight. */
  slotMinutes: number;
  minNoticeMinutes: number;
  horizonDays: number;
  cancelNoticeMinutes: number;
  holdMinutes: number;
  /** `null`: no limit. */
  maxUpcomingPerCustomer: number | null;
  confirmsAutomatically: boolean;
}

export interface Service {
  id: string;
  name: string;
  durationMinutes: number;
  bufferBeforeMinutes: number;
  bufferAfterMinutes: number;
  /** Whole New Taiwan dollars. */
  price: number;
}

/** How one staff member does one service: the service's own figures unless the matrix says otherwise. */
export interface Offer {
  durationMinutes: number;
  price: number;
}

export interface StaffMember {
  id: string;
  name: string;
  hours: Week;
  breaks: Week;
  /** By service id. */
  offers: ReadonlyMap<string, Offer>;
}

/** One date that differs from the week; no spans means closed. */
export interface DateException {
  /** `null`: the whole salon. */
  staffId: string | null;
  /** Local date, `YYYY-MM-DD`. */
  date: string;
  spans: readonly MinuteSpan[];
  reason: string;
}

export interface Named {
  id: string;
  name: string;
}

/** Active staff and services, save for the names of the others. */
export interface Catalogue {
  merchantId: string;
  name: string;
  policy: BookingPolicy;
  openingHours: Week;
  services: ReadonlyMap<string, Service>;
  staff: ReadonlyMap<string, StaffMember>;
  /** What can be booked no longer: bookings from before still name it. */
  retired: { services: readonly Named[]; staff: readonly Named[] };
  /** From yesterday on; one entry for each staff member (or the salon) and date. */
  exceptions: readonly DateException[];
}
