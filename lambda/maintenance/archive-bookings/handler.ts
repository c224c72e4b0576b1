/** Started every week by its schedule. */
import { databaseTask } from '../database/entry';
import { archiveBookings } from './archive-bookings';

export const handler = databaseTask('archive-bookings', archiveBookings);
