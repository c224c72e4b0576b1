/** Started every week by its schedule. */
import { databaseTask } from '../database/entry';
import { cleanUpLocks } from './clean-up-locks';

export const handler = databaseTask('clean-up-locks', cleanUpLocks);
