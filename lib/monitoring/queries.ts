/** Questions to the logs that people ask again and again; dashboards show some of them, runbooks name them. */
import { CfnQueryDefinition } from 'aws-cdk-lib/aws-logs';
import { apiLogGroup } from '../../app/contract/api-names';
import { BOOKING_ROUTE, REQUEST_LINE } from '../../app/contract/log-lines';
import { databaseLog } from '../data/database-metrics';
import type { PlatformStack } from '../platform-stack';

interface Query {
  log: 'api' | 'database';
  /** In the language of CloudWatch Logs Insights, one command a line. */
  lines: readonly string[];
}

const requests = `filter message = "${REQUEST_LINE}"`;

export const QUERIES = {
  'errors by 5 minutes': { log: 'api', lines: ['filter level = "error"', 'stats count(*) as lines by bin(5m)'] },
  'what fails': {
    log: 'api',
    lines: [
      'filter level = "error"',
      'stats count(*) as times, latest(@timestamp) as last by message, error.name, error.code',
      'sort times desc',
      'limit 20',
    ],
  },
  'one request': {
    log: 'api',
    lines: [
      'fields @timestamp, level, message, metadata.route, metadata.status, duration_ms, error.message',
      'filter request_id = "put the id of the request here"',
      'sort @timestamp',
    ],
  },
  'failed requests': {
    log: 'api',
    lines: [
      `${requests} and metadata.status >= 500`,
      'stats count(*) as times by metadata.method, metadata.route, metadata.status',
      'sort times desc',
    ],
  },
  'slowest routes': {
    log: 'api',
    lines: [
      requests,
      'stats count(*) as requests, pct(duration_ms, 50) as p50, pct(duration_ms, 95) as p95, pct(duration_ms, 99) as p99 by metadata.method, metadata.route',
      'sort p95 desc',
      'limit 20',
    ],
  },
  'how bookings end': {
    log: 'api',
    lines: [
      `${requests} and metadata.method = "POST" and metadata.route = "${BOOKING_ROUTE}"`,
      'stats count(*) as attempts by metadata.status, bin(5m)',
    ],
  },
  'messages that fail': {
    log: 'api',
    lines: [
      'filter message = "a message to a customer failed"',
      'stats count(*) as times, count_distinct(metadata.merchant_id) as salons by metadata.reason',
      'sort times desc',
    ],
  },
  'who is refused': {
    log: 'api',
    lines: [
      'filter ispresent(metadata.security_event) and metadata.security_event != "signed_in"',
      'stats count(*) as times by metadata.security_event, ip_address',
      'sort times desc',
      'limit 50',
    ],
  },
  'last words of the tasks': {
    log: 'api',
    lines: ['fields @timestamp, @logStream, level, message, error.message', 'sort @timestamp desc', 'limit 200'],
  },
  'slow statements': {
    log: 'database',
    lines: [
      'filter @message like /duration: /',
      'parse @message "duration: * ms" as ms',
      'fields @timestamp, ms, @message',
      'sort ms desc',
      'limit 20',
    ],
  },
  deadlocks: {
    log: 'database',
    lines: [
      'filter @message like /deadlock detected/',
      'fields @timestamp, @message',
      'sort @timestamp desc',
      'limit 20',
    ],
  },
} as const satisfies Record<string, Query>;
export type QueryName = keyof typeof QUERIES;

/** The log group that a query asks. */
export function logOf(stack: PlatformStack, name: QueryName): string {
  return QUERIES[name].log === 'api' ? apiLogGroup(stack.config.name) : databaseLog(stack);
}

/** In the console under Logs Insights, in a folder of the environment's. */
export function saveQueries(stack: PlatformStack): void {
  for (const [name, { lines, log }] of Object.entries<Query>(QUERIES)) {
    new CfnQueryDefinition(stack, `Query-${name}`, {
      name: `${stack.prefix}/${name}`,
      queryString: lines.join('\n| '),
      logGroupNames: [log === 'api' ? apiLogGroup(stack.config.name) : databaseLog(stack)],
    });
  }
}
