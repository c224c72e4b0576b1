/** Vacuums and analyses the tables that autovacuum has not come round to (requirement D5). */
import { escapeIdentifier, type ClientBase } from 'pg';
import { reasonOf } from '../../../app/contract/reason';
import { limitStatements } from '../database/session';
import { count, type Outcome, type TaskRun } from '../task';

export interface TableState {
  table: string;
  rows: number;
  deadRows: number;
  changedRows: number;
  insertedRows: number;
  /** What the server, or the table by its own setting, lets autovacuum wait for. */
  vacuumAt: number;
  analyzeAt: number;
  insertsAt: number;
}

/** Autovacuum wakes every minute: what is past its own mark at a random moment may only just be; past twice the mark, it lags. */
const LAG = 2;

/** Fewer dead rows than this cost nobody anything. */
const WORTH_ROWS = 1_000;

export async function vacuumTables({ client }: { client: ClientBase }, run: TaskRun): Promise<Outcome> {
  const lagging = (await readTables(client)).filter(lags).sort((a, b) => b.deadRows - a.deadRows);
  if (run.dryRun) {
    const names = lagging.map(({ table }) => table).join(', ');
    return { summary: `${count(lagging.length, 'table')} would be vacuumed: ${names || 'none'}.`, failures: [] };
  }
  const failures: string[] = [];
  const vacuumed: string[] = [];
  for (const { table } of lagging) {
    if (!(await limitStatements(client, run))) {
      failures.push(`${table} was not vacuumed: the time was up.`);
      continue;
    }
    try {
      await client.query(`VACUUM (ANALYZE) ${escapeIdentifier(table)}`);
      vacuumed.push(table);
    } catch (error) {
      failures.push(`${table} was not vacuumed: ${reasonOf(error)}.`);
    }
  }
  const left = (await readTables(client)).filter(
    ({ table, deadRows }) => vacuumed.includes(table) && deadRows > WORTH_ROWS,
  );
  return {
    summary: `${count(vacuumed.length, 'table')} vacuumed: ${vacuumed.join(', ') || 'none lagged'}.`,
    failures: [
      ...failures,
      // VACUUM itself succeeds when an old transaction keeps it from removing anything.
      ...left.map(
        ({ table, deadRows }) =>
          `${table} still has ${count(deadRows, 'dead row')} after its vacuum: an old transaction or replication slot keeps them.`,
      ),
    ],
    metrics: { VacuumedTables: vacuumed.length },
    details: { lagging },
  };
}

export function lags({ deadRows, changedRows, insertedRows, vacuumAt, analyzeAt, insertsAt }: TableState): boolean {
  return isLate(deadRows, vacuumAt) || isLate(changedRows, analyzeAt) || isLate(insertedRows, insertsAt);
}

function isLate(rows: number, mark: number): boolean {
  return rows > WORTH_ROWS && rows > LAG * mark;
}

/** Autovacuum's marks: threshold + scale factor x rows, capped (PostgreSQL 18) by autovacuum_vacuum_max_threshold. */
async function readTables(client: ClientBase): Promise<TableState[]> {
  const { rows } = await client.query<TableState>(
    `SELECT s.relname AS table, s.n_live_tup::float8 AS rows, s.n_dead_tup::float8 AS "deadRows",
       s.n_mod_since_analyze::float8 AS "changedRows", s.n_ins_since_vacuum::float8 AS "insertedRows",
       ${setting('autovacuum_vacuum_threshold')} + ${setting('autovacuum_vacuum_scale_factor')} * greatest(c.reltuples, 0) AS "vacuumAt",
       ${setting('autovacuum_analyze_threshold')} + ${setting('autovacuum_analyze_scale_factor')} * greatest(c.reltuples, 0) AS "analyzeAt",
       ${setting('autovacuum_vacuum_insert_threshold')} + ${setting('autovacuum_vacuum_insert_scale_factor')} * greatest(c.reltuples, 0) AS "insertsAt"
     FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid ORDER BY s.relname`,
  );
  return rows;
}

/** The table's own setting, else the server's. */
function setting(name: string): string {
  return `coalesce((SELECT option_value FROM pg_options_to_table(c.reloptions) WHERE option_name = '${name}'), current_setting('${name}'))::float8`;
}
