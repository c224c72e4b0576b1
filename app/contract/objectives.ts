/** What must hold after a release and all year, and how fast the budget of errors that this leaves may burn. */

/** What must hold after a release (requirement B5) and all year (requirement C13). */
export const OBJECTIVES = {
  afterRelease: { p95Seconds: 0.3, errorShare: 0.001 },
  bookingP95Seconds: 0.3,
  otherP95Seconds: 0.2,
  otherP99Seconds: 0.5,
  errorShare: 0.001,
  /** Share of requests that are answered without a fault, over 30 days. */
  availability: 0.999,
} as const;

/**
 * When the error budget of the availability objective burns too fast: the share of errors in a long window and in a short one (so that
 * the alarm goes soon after the cause) exceeds `burnRate` times the budget. Figures: Google SRE Workbook, chapter 5.
 */
export const ERROR_BUDGET_BURN = [
  { name: 'ErrorBudgetBurnsIn2Days', burnRate: 14.4, longMinutes: 60, shortMinutes: 5, severity: 'P0' },
  { name: 'ErrorBudgetBurnsIn5Days', burnRate: 6, longMinutes: 360, shortMinutes: 30, severity: 'P1' },
  { name: 'ErrorBudgetBurnsIn10Days', burnRate: 3, longMinutes: 1440, shortMinutes: 120, severity: 'P2' },
] as const;

/** Requests in the long window below which the budget is not judged: at the slowest burn 3 of them must have failed. */
export const ERROR_BUDGET_MINIMUM_REQUESTS = 1000;

/** The page of every error-budget alarm. */
export const ERROR_BUDGET_RUNBOOK = 'error-budget';

/** Levels that already call somebody for what burns the budget. */
export const ERROR_BUDGET_EXPLAINED_BY = [
  'DatabaseUnreachable',
  'DatabaseConnectionPoolExhausted',
  'OverlapGuardMissing',
  'HighBookingErrorRate',
  'NoHealthyTask',
] as const;
