/** Started every month by its schedule. */
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DATABASE_BYTES, MAINTENANCE_NAMESPACE } from '../../../app/contract/maintenance';
import { need } from '../aws/settings';
import { labels, lambdaTask } from '../entry';
import { capacityReport, type Series } from './capacity-report';

const GIB = 1024 ** 3;

/** What one task answers a second at 70 % of its CPU, by `npm run bench` on a core of its own. */
const REQUESTS_PER_TASK_SECOND = 1_000;

/** The busiest minute of a day has about ten times the day's mean: salons book in the evening. */
const PEAK_FACTOR = 10;

const series: Series[] = [
  {
    plan: {
      name: 'The database',
      unit: 'bytes',
      plannedPercent: 10,
      limit: Number(need('databaseMaxGib')) * GIB,
      remedy: 'raise database.maxStorageGib, or archive earlier',
    },
    namespace: MAINTENANCE_NAMESPACE, // the daily health report measures it: RDS itself only says what is free
    metric: DATABASE_BYTES,
    dimensions: { environment: labels().environment, task: 'health-report' },
    statistic: 'Maximum',
  },
  {
    plan: {
      name: 'The uploads',
      unit: 'bytes',
      plannedPercent: 20,
      limit: null,
      remedy: 'S3 has no limit, only a price',
    },
    namespace: 'AWS/S3',
    metric: 'BucketSizeBytes',
    dimensions: { BucketName: need('uploadsBucket'), StorageType: 'StandardStorage' },
    statistic: 'Average',
  },
  {
    plan: {
      name: 'The number of requests a day',
      unit: 'requests',
      plannedPercent: 15,
      limit: (Number(need('maxTasks')) * REQUESTS_PER_TASK_SECOND * 86_400) / PEAK_FACTOR,
      remedy: 'raise service.maxTasks and take the next class of database',
    },
    namespace: 'AWS/ApplicationELB',
    metric: 'RequestCount',
    dimensions: { LoadBalancer: need('loadBalancer') },
    statistic: 'Sum',
  },
];

export const handler = lambdaTask('capacity-report', (run) =>
  capacityReport({ cloudWatch: new CloudWatchClient({}), series }, run),
);
