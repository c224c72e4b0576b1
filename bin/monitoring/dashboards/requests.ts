/** Traffic, errors and latency by route. */
import { METRICS as M } from '../../../app/contract/metrics';
import type { Dashboard } from '../panels';
import { counted, ERRORS, REQUESTS, RESPONSES, WINDOW } from './shared';

export const REQUESTS_BY_ROUTE: Dashboard = {
  uid: 'nailbook-requests',
  title: 'Nailbook: requests',
  description: 'Traffic, errors and latency by route',
  panels: [
    REQUESTS,
    ERRORS,
    RESPONSES,
    {
      title: 'Busiest routes',
      queries: [
        {
          expr: `topk(10, sum by (method, route) (rate(${M.httpRequestSeconds}_count{${counted}}[${WINDOW}])))`,
          legend: '{{method}} {{route}}',
        },
      ],
      unit: 'reqps',
      width: 12,
      min: 0,
    },
    {
      title: 'Slowest routes, P95',
      queries: [
        {
          expr: `topk(10, histogram_quantile(0.95, sum by (le, method, route) (rate(${M.httpRequestSeconds}_bucket{${counted}}[${WINDOW}]))))`,
          legend: '{{method}} {{route}}',
        },
      ],
      unit: 's',
      width: 12,
      min: 0,
    },
    {
      title: 'Server errors by route',
      queries: [
        { expr: `sum by (route, status) (increase(${M.httpErrors}[${WINDOW}]))`, legend: '{{status}} {{route}}' },
      ],
      width: 12,
      min: 0,
    },
    {
      title: 'Answers by status',
      queries: [
        {
          expr: `sum by (status) (rate(${M.httpRequestSeconds}_count{${counted}}[${WINDOW}]))`,
          legend: '{{status}}',
        },
      ],
      unit: 'reqps',
      width: 12,
      min: 0,
    },
  ],
};
