/** Says every day whether the database is whole and in good condition (requirement D5). */
import type { ClientBase } from 'pg';
import { DATABASE_BYTES } from '../../../app/contract/maintenance';
import { checkIntegrity } from '../database/integrity';
import { limitStatements } from '../database/session';
import type { Outcome, TaskRun } from '../task';
import { judgeCondition, readCondition } from './condition';

/** Reads only: a dry run is the same. */
export async function healthReport({ client }: { client: ClientBase }, run: TaskRun): Promise<Outcome> {
  await limitStatements(client, run);
  const { problems, schemaVersion } = await checkIntegrity(client, run.clock());
  const condition = await readCondition(client, run.clock());
  const failures = [...problems, ...judgeCondition(condition)];
  return {
    summary: failures.length === 0 ? `The database is whole and in good condition (schema ${schemaVersion}).` : '',
    failures,
    metrics: {
      [DATABASE_BYTES]: condition.databaseBytes,
      TransactionIdsPercent: condition.transactionIdsPercent,
      OldestTransactionSeconds: condition.oldestTransactionSeconds,
      IntegrityProblems: problems.length,
    },
    details: { schemaVersion, ...condition },
  };
}
