/** Rebuilds the indexes of bookings and of the ledger, and reports on all others (requirement D4). */
import { escapeIdentifier, type ClientBase } from 'pg';
import { reasonOf } from '../../../app/contract/reason';
import { limitStatements, value } from '../database/session';
import { count, timeLeft, type Outcome, type TaskRun } from '../task';
import { readIndexes, rebuildMs, statisticsSince, unusedIndexes, wastePercent, type Index } from './indexes';

const TABLES = ['bookings', 'booking_locks'];

/** A GiST index is rebuilt from here on (requirement D4); B-tree indexes every time. */
const MAX_WASTE_PERCENT = 20;

/** How long the rebuild of `no_overlap_bookings` may hold up writers, in the quiet hours; they try again for about a second. */
const BLOCKING_MS = 2_000;

export interface IndexResources {
  client: ClientBase;
  /** Longer for a rebuild in an announced window. */
  blockingMs?: number;
}

interface Rebuilt {
  index: string;
  beforeBytes: number;
  afterBytes: number;
  seconds: number;
}

export async function maintainIndexes(
  { client, blockingMs = BLOCKING_MS }: IndexResources,
  run: TaskRun,
): Promise<Outcome> {
  const leftovers = await removeLeftovers(client, run);
  if (!run.dryRun) {
    // Counts the entries of every index, and makes room within them.
    for (const table of TABLES)
      if (await limitStatements(client, run)) await client.query(`VACUUM (ANALYZE) ${escapeIdentifier(table)}`);
  }
  const indexes = await readIndexes(client, TABLES);
  const due = indexes.filter((index) => index.valid && isDue(index));
  const failures = [...leftovers.failures];
  const notes = [...leftovers.notes];
  const rebuilt: Rebuilt[] = [];
  for (const index of run.dryRun ? [] : due) {
    const result = await rebuild(client, run, index, blockingMs);
    if (typeof result === 'string') failures.push(result);
    else rebuilt.push(result);
  }
  const unused = unusedIndexes(await readIndexes(client, null), await statisticsSince(client), run.clock());
  for (const { name, table, bytes } of unused)
    notes.push(`Nothing has read ${name} on ${table} (${megabytes(bytes)}) for a month on this server: is it needed?`);
  const saved = rebuilt.reduce((sum, { beforeBytes, afterBytes }) => sum + beforeBytes - afterBytes, 0);
  return {
    summary: run.dryRun
      ? `${count(due.length, 'index', 'indexes')} would be rebuilt: ${due.map(({ name }) => name).join(', ') || 'none'}.`
      : `${count(rebuilt.length, 'index', 'indexes')} rebuilt, ${megabytes(saved)} given back.`,
    failures,
    notes,
    metrics: { RebuiltIndexes: rebuilt.length, SavedBytes: saved, UnusedIndexes: unused.length },
    details: {
      rebuilt,
      leftoversRemoved: leftovers.removed,
      indexes: indexes.map((index) => ({
        index: index.name,
        bytes: index.bytes,
        rows: index.rows,
        scans: index.scans,
        wastePercent: Math.round(10 * wastePercent(index)) / 10,
      })),
    },
  };
}

function isDue(index: Index): boolean {
  return index.method === 'btree' || wastePercent(index) > MAX_WASTE_PERCENT;
}

/** The sizes before and after, or a sentence on why it was not rebuilt. */
async function rebuild(client: ClientBase, run: TaskRun, index: Index, blockingMs: number): Promise<Rebuilt | string> {
  const name = escapeIdentifier(index.name);
  const expectedMs = rebuildMs(index);
  if (!index.concurrent && expectedMs > blockingMs) {
    return (
      `${index.name} was not rebuilt: ${Math.round(wastePercent(index))} % of it is waste, but PostgreSQL cannot rebuild the index of an exclusion constraint beside ` +
      `writes, and this would hold up bookings for about ${Math.ceil(expectedMs / 1000)} s. In an announced window: ` +
      `npx nailbook maintenance run maintain-indexes --blocking-seconds ${Math.ceil((expectedMs / 1000) * 2)}`
    );
  }
  // A rebuild beside writes waits for every transaction that began before it; nobody queues behind it meanwhile.
  await client.query(`SET lock_timeout = ${index.concurrent ? "'0'" : "'250ms'"}`);
  if (!(await limitStatements(client, run, index.concurrent ? Infinity : Math.max(blockingMs, 1_000)))) {
    return `${index.name} was not rebuilt: the time was up.`;
  }
  const started = run.clock();
  try {
    await client.query(`REINDEX INDEX ${index.concurrent ? 'CONCURRENTLY ' : ''}${name}`);
  } catch (error) {
    const left = await removeLeftovers(client, { ...run, deadline: run.deadline + 10_000 });
    const reason = reasonOf(error);
    return [`${index.name} was not rebuilt: ${reason}.`, ...left.failures, ...left.notes].join(' ');
  } finally {
    await client.query("SET lock_timeout = '250ms'");
  }
  const buildMs = run.clock() - started;
  const { rows } = await client.query<{ bytes: string }>(
    `INSERT INTO index_sizes (index_name, fresh_bytes, fresh_rows, build_ms, built_at)
     SELECT relname, pg_relation_size(oid), greatest(reltuples, 0), $2, $3 FROM pg_class
     WHERE relname = $1 AND relnamespace = 'public'::regnamespace
     ON CONFLICT (index_name) DO UPDATE SET (fresh_bytes, fresh_rows, build_ms, built_at) =
       ROW (excluded.fresh_bytes, excluded.fresh_rows, excluded.build_ms, excluded.built_at)
     RETURNING fresh_bytes AS bytes`,
    [index.name, buildMs, new Date(run.clock())],
  );
  return {
    index: index.name,
    beforeBytes: index.bytes,
    afterBytes: Number(rows[0]?.bytes ?? 0),
    seconds: buildMs / 1000,
  };
}

/** Removes what a rebuild that was ended half-way left behind, and names invalid indexes that somebody else left. */
async function removeLeftovers(
  client: ClientBase,
  run: TaskRun,
): Promise<{ removed: string[]; failures: string[]; notes: string[] }> {
  const result = { removed: [] as string[], failures: [] as string[], notes: [] as string[] };
  for (const { name, valid } of await readIndexes(client, null)) {
    if (valid) continue;
    if (!/_cc(new|old)\d*$/.test(name)) {
      result.failures.push(`${name} is invalid and no leftover of a rebuild: find out who made it, then drop it.`);
    } else if (run.dryRun) {
      result.notes.push(`${name} is a leftover of a rebuild and would be removed.`);
    } else if (timeLeft(run) > 0 && (await value<boolean>(client, 'SELECT drop_unfinished_index($1)', [name]))) {
      result.removed.push(name);
    } else {
      result.notes.push(
        `${name} is a leftover of a rebuild, and its table is being worked on: it goes with the next run.`,
      );
    }
  }
  return result;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
