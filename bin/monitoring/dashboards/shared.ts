/** Panels that stand in several dashboards, and what their queries have in common. */
import { METRICS as M } from '../../../app/contract/metrics';
import { SERVICE_LEVELS, type ServiceLevel, type ServiceLevelName } from '../../../app/contract/service-levels';
import { UNCOUNTED_ROUTES } from '../../../app/contract/signals';
import { isScraped, signalExpression } from '../expressions';
import type { Panel } from '../panels';

export const WINDOW = '2m';
export const counted = `route!~"${UNCOUNTED_ROUTES.join('|')}"`;

/** A panel of a level's signal, with a line at its threshold. */
export function levelPanel(name: ServiceLevelName, title: string, legend: string, panel: Partial<Panel> = {}): Panel {
  const level: ServiceLevel | undefined = SERVICE_LEVELS.find((one) => one.name === name);
  if (!level || !isScraped(level.signal)) throw new Error(`Prometheus knows nothing of ${name}`);
  return {
    title,
    description: `${level.broke}: ${level.name}, ${level.severity}. Runbook: docs/runbooks/${level.runbook}.md`,
    queries: [{ expr: signalExpression(level.signal), legend }],
    threshold: { value: level.threshold, redWhen: level.breachedWhen },
    ...panel,
  };
}

/** The three panels of requirement E2. */
export const SUCCESS: Panel = {
  title: 'Booking success rate',
  description: 'Share of the attempts to book that did not fail on our side; lost slots and refusals are no failures.',
  queries: [{ expr: `1 - (${signalExpression('bookingErrorShare')})`, legend: 'success' }],
  unit: 'percentunit',
  threshold: { value: 0.95, redWhen: 'below' },
  max: 1,
};
export const LATENCY = levelPanel('HighP95Latency', 'P95 latency of booking', 'P95', { unit: 's', min: 0 });
export const OVERLAPS = levelPanel('OverlapSpike', 'Overlap error rate', 'taken slots', {
  unit: 'percentunit',
  min: 0,
});

export const REQUESTS: Panel = {
  title: 'Requests',
  queries: [{ expr: `sum(rate(${M.httpRequestSeconds}_count{${counted}}[${WINDOW}]))`, legend: 'all' }],
  unit: 'reqps',
  min: 0,
};
export const ERRORS: Panel = {
  title: 'Server errors',
  queries: [{ expr: signalExpression('httpErrorShare'), legend: 'share of requests' }],
  unit: 'percentunit',
  min: 0,
};
export const POOL = levelPanel('DatabaseConnectionPoolExhausted', 'Free connections of the fewest', 'free', { min: 0 });
export const RESPONSES = levelPanel('SlowResponses', 'P95 latency of requests', 'P95', { unit: 's', min: 0 });

export const TASK_COUNT: Panel = {
  title: 'Tasks',
  kind: 'stat',
  queries: [{ expr: `count(${M.databaseUp})`, legend: 'tasks' }],
};
