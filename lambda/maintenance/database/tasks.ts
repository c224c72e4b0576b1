/** The tasks that need the database and nothing else, by name: for programs that run whichever they are told. */
import type { ClientBase } from 'pg';
import type { MaintenanceTaskName } from '../../../app/contract/maintenance';
import { archiveBookings } from '../archive-bookings/archive-bookings';
import { cleanUpLocks } from '../clean-up-locks/clean-up-locks';
import { healthReport } from '../health-report/health-report';
import { maintainIndexes } from '../maintain-indexes/maintain-indexes';
import type { Task } from '../task';
import { vacuumTables } from '../vacuum-tables/vacuum-tables';

export const DATABASE_TASKS: Partial<Record<MaintenanceTaskName, Task<{ client: ClientBase; blockingMs?: number }>>> = {
  'archive-bookings': archiveBookings,
  'clean-up-locks': cleanUpLocks,
  'health-report': healthReport,
  'maintain-indexes': maintainIndexes,
  'vacuum-tables': vacuumTables,
};
