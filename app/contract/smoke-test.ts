/** The salon in which each release is tried before customers reach it; the migrations see to it that it is there. */

/** Of the salon and of everything in it: far above what the database counts up to, so that it meets nobody's. */
const FIXED_ID = '999999999999999999';

export const SMOKE_TEST = {
  merchantId: FIXED_ID,
  staffId: FIXED_ID,
  serviceId: FIXED_ID,
  customerId: FIXED_ID,
  /** What admins see in their list of salons. */
  name: 'Release checks (not a salon)',
  visitMinutes: 30,
  /** Visits may be booked so far ahead; each test takes a random slot among them. */
  horizonDays: 30,
} as const;
