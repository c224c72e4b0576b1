/** Messages to customers, and what LINE says to them. */
import { METRICS as M } from '../../../app/contract/metrics';
import { quantile } from '../expressions';
import type { Dashboard } from '../panels';
import { levelPanel, WINDOW } from './shared';

export const LINE: Dashboard = {
  uid: 'nailbook-line',
  title: 'Nailbook: LINE',
  description: 'Messages to customers, and what LINE says to them',
  panels: [
    levelPanel('LinePushFailures', 'Messages lost', 'share', { unit: 'percentunit', min: 0 }),
    levelPanel('MessagesDelayed', 'Oldest message that waits', 'age', { unit: 's', min: 0 }),
    { title: 'Messages that are due', queries: [{ expr: `max(${M.outboxMessagesWaiting})`, legend: 'due' }], min: 0 },
    {
      title: 'Attempts by result',
      queries: [{ expr: `sum by (result) (rate(${M.linePushes}[${WINDOW}]))`, legend: '{{result}}' }],
      width: 12,
      min: 0,
    },
    {
      title: 'Time of one push, P95',
      queries: [{ expr: quantile(0.95, M.linePushSeconds, WINDOW), legend: 'P95' }],
      unit: 's',
      width: 12,
      min: 0,
    },
    {
      title: 'Channels that do not work',
      queries: [
        { expr: `max(${M.lineChannelsRefused})`, legend: 'credentials refused' },
        { expr: `max(${M.lineChannelsExhausted})`, legend: 'messages of the month used up' },
      ],
      min: 0,
    },
    {
      title: 'Tasks that leave LINE alone',
      queries: [{ expr: `sum(${M.lineCircuitOpen})`, legend: 'open circuits' }],
      min: 0,
    },
    {
      title: 'Webhook events',
      queries: [{ expr: `sum by (result) (rate(${M.lineWebhookEvents}[${WINDOW}]))`, legend: '{{result}}' }],
      min: 0,
    },
  ],
};
