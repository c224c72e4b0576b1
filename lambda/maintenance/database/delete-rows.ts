/** Deletes old rows of a table in small transactions, reading the table once and no index at all. */
import { escapeIdentifier, type ClientBase } from 'pg';
import { sqlState } from '../../../app/database/errors';
import type { TaskRun } from '../task';
import { limitStatements, value } from './session';

export interface Deletion {
  table: string;
  /** Condition on the table, named `t`, with the values as $1, $2 … */
  where: string;
  values: unknown[];
}

export interface Deleted {
  rows: number;
  /** False when the deadline came first, or rows were left to somebody who had locked them. */
  complete: boolean;
}

/** 1 MiB of a table: at most some 7,000 rows in a transaction. */
const PAGES_PER_BATCH = 128;

const BATCH_LIMIT_MS = 30_000;

const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Goes through the table's pages in order (TID range scans, PostgreSQL 14). Rows written meanwhile are younger than any limit. Rows that
 * another transaction holds for longer than the lock time-out stay, with their batch, for the next run.
 */
export async function deleteRows(client: ClientBase, run: TaskRun, deletion: Deletion): Promise<Deleted> {
  const { table, where, values } = deletion;
  const name = escapeIdentifier(table);
  const pages = Number(
    await value<string>(
      client,
      "SELECT pg_relation_size($1::regclass) / current_setting('block_size')::bigint AS pages",
      [table],
    ),
  );
  const [from, to] = [`$${values.length + 1}`, `$${values.length + 2}`];
  const text = `DELETE FROM ${name} t WHERE t.ctid >= ${from}::tid AND t.ctid < ${to}::tid AND (${where})`;
  let rows = 0;
  let complete = true;
  for (let page = 0; page < pages; page += PAGES_PER_BATCH) {
    if (!(await limitStatements(client, run, BATCH_LIMIT_MS))) return { rows, complete: false };
    try {
      const { rowCount } = await client.query(text, [...values, `(${page},0)`, `(${page + PAGES_PER_BATCH},0)`]);
      rows += rowCount ?? 0;
    } catch (error) {
      if (sqlState(error) !== LOCK_NOT_AVAILABLE) throw error;
      complete = false;
    }
  }
  return { rows, complete };
}

/** How many rows `deleteRows` would delete. */
export async function countRows(client: ClientBase, { table, where, values }: Deletion): Promise<number> {
  return Number(
    await value<string>(client, `SELECT count(*) FROM ${escapeIdentifier(table)} t WHERE ${where}`, values),
  );
}
