/** When each task runs: in the quiet hours, in the time zone of the business (requirement D5). */
import { MAINTENANCE_TASKS, type MaintenanceTaskName } from '../../app/contract/maintenance';
import type { EnvironmentConfig } from '../config/schema';

/**
 * Minutes after the beginning of the quiet hours, so that at its limit every daily and weekly task has ended within two hours and every
 * monthly one within four. What is vacuumed comes after what is deleted; what looks at backups after the window of the backup (03:00-04:00
 * unless configured otherwise); indexes after the dump, whose snapshot a rebuild would wait for. The drill works on a copy.
 */
const MINUTES: Partial<Record<MaintenanceTaskName, number>> = {
  'health-report': 0,
  'archive-bookings': 5,
  'clean-up-locks': 20,
  'vacuum-tables': 36,
  'clean-up-cache': 10,
  'check-line-tokens': 15,
  'clean-up-uploads': 25,
  'snapshot-cache': 40,
  'restore-drill': 55,
  'dump-database': 60,
  'verify-backup': 100,
  'capacity-report': 105,
  'expire-backups': 110,
  'maintain-indexes': 120,
};

/** Cron expressions of EventBridge Scheduler, to be read in `config.timeZone`; null for a task that is not started by the clock. */
export function scheduleOf(task: MaintenanceTaskName, { maintenance, driftCheckAt }: EnvironmentConfig): string | null {
  const { every } = MAINTENANCE_TASKS[task];
  if (every === 'hour') return 'cron(17 * * * ? *)'; // not on the hour, when everybody's cron runs
  if (task === 'test-restore')
    return cron(minutesOf(maintenance.restoreTestAt), maintenance.restoreTestWeekday.toUpperCase());
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
