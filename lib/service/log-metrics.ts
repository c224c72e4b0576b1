/** Counts what the API writes into its log, by the fields that the contract names (requirement C8). */
import { Metric, Stats, Unit } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, MetricFilter, type ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { BOOKING_ROUTE, FIGURES, FIGURES_LINE, REQUEST_LINE, type Figure } from '../../app/contract/log-lines';
import { UNCOUNTED_ROUTES } from '../../app/contract/signals';

/** An account holds one environment, so that no dimension tells environments apart. */
const API_NAMESPACE = 'Nailbook/Api';

const isRequest = `$.message = "${REQUEST_LINE}"`;
const counted = UNCOUNTED_ROUTES.map((route) => `$.metadata.route != "${route}"`);

/** Each a name of a metric, the lines that it counts and what it takes from them. */
const LINES = {
  RequestMs: { where: [isRequest, ...counted], value: '$.duration_ms', unit: Unit.MILLISECONDS },
  RequestErrors: { where: [isRequest, ...counted, '$.metadata.status >= 500'], value: '1', unit: Unit.COUNT },
  BookingMs: {
    where: [isRequest, '$.metadata.method = "POST"', `$.metadata.route = "${BOOKING_ROUTE}"`],
    value: '$.duration_ms',
    unit: Unit.MILLISECONDS,
  },
} as const;
type Line = keyof typeof LINES;

export class LogMetrics extends Construct {
  constructor(scope: Construct, id: string, logGroup: ILogGroup) {
    super(scope, id);
    const filter = (metricName: string, where: readonly string[], metricValue: string, unit: Unit) =>
      new MetricFilter(this, metricName, {
        logGroup,
        filterPattern: FilterPattern.literal(`{ ${where.map((term) => `(${term})`).join(' && ')} }`),
        metricNamespace: API_NAMESPACE,
        metricName,
        metricValue,
        unit,
      });
    for (const [name, { where, value, unit }] of Object.entries(LINES)) filter(name, where, value, unit);
    for (const figure of Object.keys(FIGURES)) {
      filter(figure, [`$.message = "${FIGURES_LINE}"`], `$.metadata.${figure}`, Unit.NONE);
    }
  }
}

/** Requests that people make, and what becomes of them. */
export const requestCount = () => metric('RequestMs', Stats.SAMPLE_COUNT);
export const requestErrors = () => metric('RequestErrors', Stats.SUM);
export const requestMs = (percentile: number) => metric('RequestMs', Stats.percentile(percentile));
export const bookingCount = () => metric('BookingMs', Stats.SAMPLE_COUNT);
export const bookingMs = (percentile: number) => metric('BookingMs', Stats.percentile(percentile));

/** A figure of the tasks; `statistic` joins them: the sum of counts, the least or the most of states. */
export const figure = (name: Figure, statistic: 'Sum' | 'Minimum' | 'Maximum') => metric(name, statistic);

function metric(metricName: Line | Figure, statistic: string): Metric {
  return new Metric({ namespace: API_NAMESPACE, metricName, statistic });
}
