/** The Grafana dashboards: one that a person looks at first, and one for each part. */
import { BOOKINGS } from './dashboards/bookings';
import { DATABASE } from './dashboards/database';
import { FIRST } from './dashboards/first';
import { LINE } from './dashboards/line';
import { REQUESTS_BY_ROUTE } from './dashboards/requests';
import { TASKS } from './dashboards/tasks';
import type { Dashboard } from './panels';

export const DASHBOARDS: readonly Dashboard[] = [FIRST, BOOKINGS, REQUESTS_BY_ROUTE, DATABASE, LINE, TASKS];
