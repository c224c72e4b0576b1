/** Configuration of how people hear of alarms, and of the host of Prometheus and Grafana (requirements E2, E3). */
import { z } from 'zod';
import { text, wholeNumber } from '../fields';

export const alerting = z.strictObject({
  /**
   * Who gets an e-mail when the routing of alerts itself is broken; everybody else stands in the secret `alerts`. Each has to confirm
   * once. @default nobody
   */
  fallbackEmails: z
    .array(text(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, 'an e-mail address such as on-call@nailbook.example'))
    .default([]),
});

export const metricsHost = z.strictObject({
  /** Disk of the metrics and of Grafana's database. @default 50 */
  volumeGib: wholeNumber(10, 1000, 'GiB').default(50),

  /** Days that metrics are kept; the oldest go earlier when four fifths of the disk are full. @default 90 */
  retentionDays: wholeNumber(1, 1000, 'days').default(90),
});
