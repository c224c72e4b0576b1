/** How long the page says that a salon keeps what it holds. A test compares it with what the platform carries out. */
export const KEPT_FOR = {
  /** After a visit. */
  visitYears: 5,
  /** Cancelled visits and those that were missed. */
  cancelledMonths: 12,
  messageDays: 180,
  /** Without a visit or a sign-in. */
  idleYears: 3,
};
