/**
 * How long each kind of data is kept, in days (requirement C15): configuration, carried out by the task `clean-up-locks` and, where it
 * says so, `archive-bookings`. A customer who asks is erased at once, whatever stands here.
 */
export const RETENTION_DAYS = {
  /** Ledger rows whose claim became a booking, and those whose claim did not (requirement D3). */
  linkedBookingLocks: 7,
  orphanedBookingLocks: 1,
  /** Completed bookings stay in `bookings` for so long after their end and then move to the archive (requirement D3). */
  completedBookings: 365,
  /** Cancelled bookings and no-shows: for the salon to see a customer's habits over a year, then removed. */
  endedBookings: 365,
  /** The archive, after a booking's end: vouchers are kept for five years (Taiwan, Business Entity Accounting Act, article 38). */
  archivedBookings: 5 * 365 + 1,
  /** Why a booking was decided as it was: as long as the logs that it is read together with (requirement E5). */
  decisionInsights: 90,
  /** What became of each message to a customer: as long as somebody may ask why it did not come. */
  notificationLogs: 180,
  /** Webhook events that were worked on; LINE redelivers within days. */
  lineInbox: 7,
  /** Entries of the waiting list that ended, with what was offered to them. */
  endedWaitingList: 90,
  /** Who changed what: longer than the logs (requirement E5), and longer than claims between salon and staff stay open. */
  auditLog: 3 * 365,
  /** Reports of maintenance tasks, removed by the next run of the same task: a month can be compared with last year's. */
  maintenanceRuns: 400,
  /** Uploads that were begun and never finished, with the file if it did arrive: by the task `clean-up-uploads`. */
  unfinishedUploads: 1,
  /** Customers without a visit or a sign-in are erased as if they had asked for it. */
  idleCustomers: 3 * 365,
} as const;
