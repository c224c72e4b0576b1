/** When each task runs: one after the other in the quiet hours, in the time zone of the business (requirement D5). */
import { MAINTENANCE_TASKS, type MaintenanceTaskName } from '../../app/contract/maintenance';
import type { EnvironmentConfig } from '../config/schema';

/**
 * Minutes after the beginning of the quiet hours. What is vacuumed comes after what is deleted; what looks at backups after the window of
 * the backup (03:00-04:00 unless configured otherwise); what restores comes last, because nobody waits for it.
 */
const MINUTES: Partial<Record<MaintenanceTaskName, number>> = {
  'health-report': 0,
  'archive-bookings': 5,
  'clean-up-locks': 20,
  'vacuum-tables': 36,
  'clean-up-cache': 10,
  'check-line-tokens': 15,
  'snapshot-cache': 40,
  'dump-database': 70,
  'verify-backup': 100,
  'expire-backups': 135,
  'maintain-indexes': 150,
  'capacity-report': 140,
  'restore-drill': 300,
};

/** Cron expressions of EventBridge Scheduler, to be read in `config.timeZone`; null for a task that is not started by the clock. */
export function scheduleOf(task: MaintenanceTaskName, { maintenance, driftCheckAt }: EnvironmentConfig): string | null {
  const { every } = MAINTENANCE_TASKS[task];
  if (every === 'hour') return 'cron(17 * * * ? *)'; // not on the hour, when everybody's cron runs
  if (task === 'detect-drift') return cron(minutesOf(driftCheckAt), '*');
  const offset = MINUTES[task];
  if (offset === undefined) return null;
  const weekday = maintenance.weekday.toUpperCase();
  return cron(minutesOf(maintenance.startAt) + offset, { day: '*', week: weekday, month: `${weekday}#1` }[every]);
}

/** `day` is `*`, a weekday, or the first such of a month as `SUN#1`. */
function cron(minuteOfDay: number, day: string): string {
  const [hour, minute] = [Math.floor(minuteOfDay / 60) % 24, minuteOfDay % 60];
  return day === '*' ? `cron(${minute} ${hour} * * ? *)` : `cron(${minute} ${hour} ? * ${day} *)`;
}

function minutesOf(time: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return hour * 60 + minute;
}
