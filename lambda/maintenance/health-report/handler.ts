/** Started every day by its schedule. */
import { databaseTask } from '../database/entry';
import { healthReport } from './health-report';

export const handler = databaseTask('health-report', healthReport);
