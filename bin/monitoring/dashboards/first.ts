/** What a person looks at first: users, bookings, errors, latency and saturation. */
import { METRICS as M } from '../../../app/contract/metrics';
import type { Dashboard } from '../panels';
import {
  ERRORS,
  LATENCY,
  levelPanel,
  OVERLAPS,
  POOL,
  REQUESTS,
  RESPONSES,
  SUCCESS,
  TASK_COUNT,
  WINDOW,
} from './shared';

const bookings = (status: string) => `sum(rate(${M.bookingsCreated}{status=${status}}[${WINDOW}]))`;

export const FIRST: Dashboard = {
  uid: 'nailbook-first',
  title: 'Nailbook: look here first',
  description: 'Users, bookings, errors, latency and saturation of one environment',
  panels: [
    SUCCESS,
    LATENCY,
    OVERLAPS,
    {
      title: 'Bookings a second',
      queries: [
        { expr: bookings('"success"'), legend: 'made' },
        { expr: bookings('"overlap_error"'), legend: 'taken slot' },
        { expr: bookings('"refused"'), legend: 'refused by a rule' },
        { expr: bookings('"error"'), legend: 'failed' },
      ],
      unit: 'reqps',
      min: 0,
    },
    REQUESTS,
    ERRORS,
    RESPONSES,
    POOL,
    levelPanel('MessagesDelayed', 'Oldest message that waits', 'age', { unit: 's', min: 0 }),
    { title: 'Alerts', kind: 'alerts', width: 16 },
    TASK_COUNT,
  ],
};
