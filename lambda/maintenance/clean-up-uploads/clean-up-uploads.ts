/** Removes what is left of uploads that were begun and never finished: the row, and the file if it did arrive (requirements C15, D5). */
import type { ClientBase } from 'pg';
import { RETENTION_DAYS } from '../../../app/contract/retention';
import { inTransaction, limitStatements, value } from '../database/session';
import { count, type Outcome, type TaskRun } from '../task';

const DAY_MS = 86_400_000;
/** S3 deletes as many in one request. */
const PER_TRANSACTION = 1_000;
const BATCH_LIMIT_MS = 30_000;

/** Where the files are. Rejects when one of them could not be removed; one that is not there is no error. */
export interface UploadFiles {
  remove(keys: string[]): Promise<void>;
}

/** The permission to send a file ended after minutes, so nobody is still at it. */
export async function cleanUpUploads(
  { client, files }: { client: ClientBase; files: UploadFiles },
  run: TaskRun,
): Promise<Outcome> {
  const limit = new Date(run.clock() - RETENTION_DAYS.unfinishedUploads * DAY_MS);
  let removed = 0;
  let left = true;
  if (run.dryRun) {
    await limitStatements(client, run, BATCH_LIMIT_MS);
    const text = 'SELECT count(*)::float8 FROM uploads WHERE bytes IS NULL AND created_at < $1';
    removed = await value<number>(client, text, [limit]);
  }
  while (!run.dryRun && left && (await limitStatements(client, run, BATCH_LIMIT_MS))) {
    const batch = await removeBatch(client, files, limit);
    removed += batch;
    left = batch === PER_TRANSACTION;
  }
  return {
    summary: `${count(removed, 'unfinished upload')} ${run.dryRun ? 'would be ' : ''}removed.`,
    failures: [],
    notes: !run.dryRun && left ? ['Others are left for the next run: the time was up.'] : [],
    metrics: { RemovedUploads: removed },
  };
}

/** The rows go only if their files went: a file without a row nobody would find again. */
async function removeBatch(client: ClientBase, files: UploadFiles, limit: Date): Promise<number> {
  return inTransaction(client, async () => {
    const { rows } = await client.query<{ key: string }>(
      `DELETE FROM uploads u USING (
         SELECT merchant_id, id FROM uploads WHERE bytes IS NULL AND created_at < $1 ORDER BY created_at LIMIT ${PER_TRANSACTION}) old
       WHERE u.merchant_id = old.merchant_id AND u.id = old.id AND u.bytes IS NULL RETURNING u.object_key AS key`,
      [limit],
    );
    if (rows.length > 0) await files.remove(rows.map(({ key }) => key));
    return rows.length;
  });
}
