/** Connections, statements and replicas, as the tasks see them. */
import { METRICS as M } from '../../../app/contract/metrics';
import type { Dashboard } from '../panels';
import { levelPanel, POOL } from './shared';

export const DATABASE: Dashboard = {
  uid: 'nailbook-database',
  title: 'Nailbook: database',
  description: 'Connections, statements and replicas, as the tasks see them',
  panels: [
    { ...POOL, width: 8 },
    levelPanel('DatabaseConnectionsHigh', 'Open connections, share of the allowed', 'open', {
      unit: 'percentunit',
      min: 0,
      max: 1,
    }),
    levelPanel('DatabaseUnreachable', 'The database answers', 'answers', {
      kind: 'stat',
      unit: 'bool_yes_no',
      width: 4,
    }),
    levelPanel('OverlapGuardMissing', 'The constraint stands', 'stands', {
      kind: 'stat',
      unit: 'bool_yes_no',
      width: 4,
    }),
    {
      title: 'Connections in use by task',
      queries: [{ expr: M.poolInUse, legend: '{{instance}}' }],
      width: 12,
      min: 0,
    },
    {
      title: 'Requests that wait for a connection',
      queries: [{ expr: M.poolWaiting, legend: '{{instance}}' }],
      width: 12,
      min: 0,
    },
    levelPanel('SlowQueries', 'Statement that has run longest', 'age', { unit: 's', width: 12, min: 0 }),
    levelPanel('ReplicaLagging', 'Replica that is furthest behind', 'lag', { unit: 's', width: 12, min: 0 }),
  ],
};
