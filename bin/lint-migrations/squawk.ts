/** Asks squawk (squawkhq.com), which parses PostgreSQL's language and knows what each statement locks, rewrites or breaks. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import type { Found } from './own-rules';

/** PostgreSQL's major in lib/config. */
const POSTGRESQL = '18.0';

const NOT_ABOUT_SAFETY = [
  // The runner sets it for all of them: LOCK_TIMEOUT_MS in app/database/migrate.ts.
  'require-lock-timeout',
  // What takes long without a lock harms nobody, and what locks is found by the other rules.
  'require-statement-timeout',
  // Matters of taste.
  'prefer-bigint-over-int',
  'prefer-bigint-over-smallint',
  'prefer-identity',
  'prefer-text-field',
  'prefer-timestamptz',
  'prefer-robust-stmts',
];

interface Report {
  rule_name: string;
  /** From 0. */
  line: number;
  message: string;
  help?: string | null;
}

/** Throws an Error when squawk cannot be started or cannot read the SQL. */
export function askSquawk(sql: string): Found[] {
  const { error, status, stdout, stderr } = spawnSync(
    squawkProgram(),
    [
      '--reporter=json',
      `--pg-version=${POSTGRESQL}`,
      '--assume-in-transaction',
      ...NOT_ABOUT_SAFETY.map((rule) => `--exclude=${rule}`),
    ],
    { input: sql, encoding: 'utf8' },
  );
  if (error) throw error;
  // 0: nothing found, 1: something found.
  if (status !== 0 && status !== 1) throw new Error(`squawk ended with ${status}: ${stderr}`);
  const reports: Report[] = JSON.parse(stdout === '' ? '[]' : stdout);
  return reports.map(({ rule_name: rule, line, message, help }) => ({
    rule,
    line: line + 1,
    message: help ? `${message} ${help}` : message,
  }));
}

/** The program itself: its wrapper in JavaScript takes ten times as long to start. */
function squawkProgram(): string {
  const folder = createRequire(require.resolve('squawk-cli/package.json'));
  const program = process.platform === 'win32' ? 'squawk.exe' : 'squawk';
  return folder.resolve(`@squawk-cli/${process.platform}-${process.arch}/bin/${program}`);
}
