/** Which backups have had their time. */

export interface Aged {
  createdAt: Date;
}

const DAY_MS = 86_400_000;

/** Those older than `days`, but never the newest: while nothing new arrives, the last that there is stays. */
export function expired<T extends Aged>(backups: readonly T[], days: number, now: number): T[] {
  const newest = Math.max(...backups.map(({ createdAt }) => createdAt.getTime()));
  return backups.filter(({ createdAt }) => createdAt.getTime() < now - days * DAY_MS && createdAt.getTime() < newest);
}
