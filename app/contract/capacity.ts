/** What the monthly capacity report says of each thing that grows; the admin site shows it (requirement E6). */

export interface Growth {
  name: string;
  unit: 'bytes' | 'requests';
  /** Mean of the last week. */
  now: number;
  /** Percent a month; null when the figures do not go back far enough. */
  percent: number | null;
  plannedPercent: number;
  limit: number | null;
  /** Until the limit is reached if it goes on like this; null when it never is, or cannot be known. */
  monthsLeft: number | null;
}
