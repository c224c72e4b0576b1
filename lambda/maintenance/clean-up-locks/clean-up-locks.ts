/** Removes what has served its time: rows of the ledger of claims, dead holds, and everything past its retention (D3, C15). */
import type { ClientBase } from 'pg';
import { countRows, deleteRows } from '../database/delete-rows';
import { count, type Outcome, type TaskRun } from '../task';
import { removeExpiredHolds } from './expired-holds';
import { eraseIdleCustomers } from './idle-customers';
import { pastRetention } from './retention-rules';

/** The booking guards its slot, not its ledger row: removing that frees nothing. */
export async function cleanUpLocks({ client }: { client: ClientBase }, run: TaskRun): Promise<Outcome> {
  const removed: Record<string, number> = { expiredHolds: await removeExpiredHolds(client, run) };
  const unfinished: string[] = [];
  for (const deletion of pastRetention(run.clock())) {
    if (run.dryRun) {
      removed[deletion.table] = await countRows(client, deletion);
    } else {
      const { rows, complete } = await deleteRows(client, run, deletion);
      removed[deletion.table] = rows;
      if (!complete) unfinished.push(deletion.table);
    }
  }
  const erased = await eraseIdleCustomers(client, run);
  const total = Object.values(removed).reduce((sum, rows) => sum + rows, 0);
  const done = run.dryRun ? 'would be ' : '';
  return {
    summary: `${count(total, 'row')} ${done}removed, ${count(erased, 'customer')} ${done}erased.`,
    failures: [],
    notes: unfinished.map(
      (table) => `Rows of ${table} are left for the next run: they were locked, or the time was up.`,
    ),
    metrics: { RemovedRows: total, ErasedCustomers: erased },
    details: { removed },
  };
}
