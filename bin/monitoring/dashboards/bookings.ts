/** How attempts to book end, and how long it takes. */
import { METRICS as M } from '../../../app/contract/metrics';
import { quantile } from '../expressions';
import type { Dashboard } from '../panels';
import { LATENCY, OVERLAPS, SUCCESS, WINDOW } from './shared';

export const BOOKINGS: Dashboard = {
  uid: 'nailbook-bookings',
  title: 'Nailbook: bookings',
  description: 'How attempts to book end, and how long it takes',
  panels: [
    SUCCESS,
    LATENCY,
    OVERLAPS,
    {
      title: 'Time to decide a booking',
      queries: [0.5, 0.95, 0.99].map((of) => ({
        expr: quantile(of, M.bookingCreationSeconds, WINDOW),
        legend: `P${of * 100}`,
      })),
      unit: 's',
      min: 0,
      width: 12,
    },
    {
      title: 'Salons with most taken slots, last hour',
      queries: [
        {
          expr: `topk(5, sum by (merchant_id) (increase(${M.bookingsCreated}{status="overlap_error"}[1h])))`,
          legend: 'merchant {{merchant_id}}',
        },
      ],
      width: 12,
      min: 0,
    },
    {
      title: 'Insights into decisions a second',
      queries: [{ expr: `sum by (result) (rate(${M.decisionInsights}[${WINDOW}]))`, legend: '{{result}}' }],
      width: 12,
      min: 0,
    },
    {
      title: 'Statements tried again, by SQLSTATE',
      queries: [{ expr: `sum by (code) (rate(${M.databaseRetries}[${WINDOW}]))`, legend: '{{code}}' }],
      width: 12,
      min: 0,
    },
  ],
};
