/** What the catalogue and the statistics know of indexes, and how much of one is waste. */
import type { ClientBase } from 'pg';

export interface Index {
  name: string;
  table: string;
  method: 'btree' | 'gist' | 'brin' | 'gin' | 'hash';
  bytes: number;
  /** Entries, as the last VACUUM or ANALYZE of its table counted them; 0 when it has none. */
  rows: number;
  /** Scans since the statistics were reset, on this server alone. */
  scans: number;
  lastScan: Date | null;
  /** It enforces something: a primary key, a unique or an exclusion constraint. */
  enforces: boolean;
  /** PostgreSQL can rebuild it beside reads and writes: every one but that of an exclusion constraint. */
  concurrent: boolean;
  valid: boolean;
  /** When it was last built anew by this task; null when never. */
  fresh: { bytes: number; rows: number; buildMs: number } | null;
}

/** The indexes of these tables of `public`, or of all tables of it. */
export async function readIndexes(client: ClientBase, tables: readonly string[] | null): Promise<Index[]> {
  const { rows } = await client.query<Index>(
    `SELECT c.relname AS name, t.relname AS table, am.amname AS method, pg_relation_size(c.oid)::float8 AS bytes,
            greatest(c.reltuples, 0)::float8 AS rows, coalesce(s.idx_scan, 0)::float8 AS scans, s.last_idx_scan AS "lastScan",
            i.indisunique OR i.indisexclusion AS enforces, NOT i.indisexclusion AS concurrent, i.indisvalid AND i.indisready AS valid,
            CASE WHEN f.index_name IS NOT NULL
              THEN json_build_object('bytes', f.fresh_bytes, 'rows', f.fresh_rows, 'buildMs', f.build_ms) END AS fresh
     FROM pg_index i
     JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid JOIN pg_am am ON am.oid = c.relam
     LEFT JOIN pg_stat_all_indexes s ON s.indexrelid = i.indexrelid
     LEFT JOIN index_sizes f ON f.index_name = c.relname
     WHERE t.relnamespace = 'public'::regnamespace AND ($1::text[] IS NULL OR t.relname = ANY ($1))
     ORDER BY t.relname, c.relname`,
    [tables],
  );
  return rows;
}

/** Smaller ones are not worth a rebuild: their few pages are in memory whatever they hold. */
const SMALL_BYTES = 1024 * 1024;

/** Below this many entries the size of a fresh index says nothing about the size of an entry. */
const MEANINGFUL_ROWS = 1_000;

/** An entry of a fresh GiST index over two ids and a range: 70 bytes at 100,000 and at a million, PostgreSQL 18. */
const FRESH_ENTRY_BYTES = 75;

/**
 * The percentage of the index that a rebuild would give back: what it has more than a fresh index with its rows would have. That counts dead
 * entries and free space alike, while a GiST index that is only written to is a quarter free by nature.
 */
export function wastePercent({ bytes, rows, fresh }: Pick<Index, 'bytes' | 'rows' | 'fresh'>): number {
  if (bytes < SMALL_BYTES) return 0;
  const entryBytes = fresh && fresh.rows >= MEANINGFUL_ROWS ? fresh.bytes / fresh.rows : FRESH_ENTRY_BYTES;
  return Math.max(0, 100 * (1 - (entryBytes * rows) / bytes));
}

/** What a rebuild took per entry on two cores at its slowest, for a GiST index of a million rows (55 s). */
const SLOW_MS_PER_ROW = 0.055;

/** How long a rebuild will take, from how long the last one took. */
export function rebuildMs({ rows, fresh }: Pick<Index, 'rows' | 'fresh'>): number {
  const perRow = fresh && fresh.rows >= MEANINGFUL_ROWS ? fresh.buildMs / fresh.rows : SLOW_MS_PER_ROW;
  return rows * perRow;
}

/** Reads of an index show after so long whether anybody needs it: month-end work has been done once. */
const JUDGED_AFTER_DAYS = 31;

/** Indexes that nothing has read for a month and that enforce nothing; none when the statistics are younger than that. */
export function unusedIndexes(indexes: readonly Index[], statisticsSince: Date | null, now: number): Index[] {
  const longAgo = now - JUDGED_AFTER_DAYS * 86_400_000;
  if (!statisticsSince || statisticsSince.getTime() > longAgo) return [];
  return indexes.filter(
    ({ enforces, valid, lastScan }) => valid && !enforces && (lastScan === null || lastScan.getTime() < longAgo),
  );
}

/** Since when scans are counted: the last reset, else the start of the server; null when neither is known. */
export async function statisticsSince(client: ClientBase): Promise<Date | null> {
  const { rows } = await client.query<{ since: Date | null }>(
    'SELECT coalesce(stats_reset, pg_postmaster_start_time()) AS since FROM pg_stat_database WHERE datname = current_database()',
  );
  return rows[0]?.since ?? null;
}
