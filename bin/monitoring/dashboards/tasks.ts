/** The cache as the tasks see it, and the tasks themselves. */
import { METRICS as M } from '../../../app/contract/metrics';
import type { Dashboard } from '../panels';
import { levelPanel, TASK_COUNT, WINDOW } from './shared';

export const TASKS: Dashboard = {
  uid: 'nailbook-tasks',
  title: 'Nailbook: cache and tasks',
  description: 'The cache as the tasks see it, and the tasks themselves',
  panels: [
    levelPanel('CacheHitsLow', 'Cache hits', 'share', { unit: 'percentunit', max: 1 }),
    {
      title: 'Reads of the cache',
      queries: [{ expr: `sum by (result) (rate(${M.cacheRequests}[${WINDOW}]))`, legend: '{{result}}' }],
      unit: 'reqps',
      min: 0,
    },
    TASK_COUNT,
    {
      title: 'Processor by task',
      queries: [{ expr: `rate(process_cpu_seconds_total[${WINDOW}])`, legend: '{{instance}}' }],
      unit: 'percentunit',
      min: 0,
    },
    {
      title: 'Memory by task',
      queries: [{ expr: 'process_resident_memory_bytes', legend: '{{instance}}' }],
      unit: 'bytes',
      min: 0,
    },
    {
      title: 'Event loop: longest pause of 99 %',
      queries: [{ expr: 'nodejs_eventloop_lag_p99_seconds', legend: '{{instance}}' }],
      unit: 's',
      min: 0,
    },
  ],
};
