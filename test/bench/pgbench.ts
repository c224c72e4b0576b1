/** PostgreSQL's own benchmark with the very statement that the API uses, one booking a statement: what the API is measured against. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BOOK_CLAIMS } from '../../app/bookings/statements';
import {
  CUSTOMERS_PER_SALON,
  FIRST_SLOT,
  LOADED_EVERY,
  SALONS,
  SLOT_GROUPS,
  SLOT_MINUTES,
  STAFF_PER_SALON,
} from './platform';

export function pgbenchVersion(): string {
  try {
    return execFileSync('pgbench', ['--version'], { encoding: 'utf8' }).trim();
  } catch (error) {
    throw new Error(
      'pgbench is needed to measure against: on Debian, apt-get install postgresql-15 (or any postgresql-NN)',
      { cause: error },
    );
  }
}

/** Transactions a second with `clients` connections as the API's role, under row-level security. */
export async function pgbench(apiUrl: string, clients: number, seconds: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'nailbook-pgbench-'));
  try {
    const file = join(folder, 'book.sql');
    writeFileSync(file, script());
    const url = new URL(apiUrl);
    const merchants = Array.from({ length: SALONS }, (_salon, salon) => salon + 1).join();
    const output = await run(
      [
        '-n',
        '-M',
        'prepared',
        '-c',
        String(clients),
        '-j',
        '1',
        '-T',
        String(seconds),
        '-f',
        file,
        url.pathname.slice(1),
      ],
      {
        PGHOST: url.hostname,
        PGPORT: url.port,
        PGUSER: url.username,
        PGPASSWORD: decodeURIComponent(url.password),
        PGOPTIONS: `-c nailbook.merchants=${merchants}`,
      },
    );
    const perSecond = /^tps = ([\d.]+)/m.exec(output)?.[1];
    if (perSecond === undefined) throw new Error(`pgbench gave no figure:\n${output}`);
    return Number(perSecond);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The API's statement with each array replaced by one of a single, random element. */
function script(): string {
  const slot = `timestamptz '${new Date(FIRST_SLOT).toISOString()}' + (:group * ${LOADED_EVERY} + :free) * interval '${SLOT_MINUTES} min'`;
  const end = `${slot} + interval '${SLOT_MINUTES} min'`;
  const values = [
    ':salon + 1',
    `:salon * ${STAFF_PER_SALON} + :staff`,
    `:salon * ${CUSTOMERS_PER_SALON} + :customer`,
    `'confirmed'`,
    slot,
    end,
    slot,
    end,
    `'{' || (:salon + 1) || '}'`,
    '900',
    'NULL',
    `:key || '-' || :key2`,
    `'8d969eef6ecad3c29a3a629280e686cf0c3f5d5a86aff3ca12020c923adc6c92'`,
  ];
  const statement = BOOK_CLAIMS.text.replace(
    /\$(\d+)::(\w+)\[\]/g,
    (_all, index: string, type: string) => `ARRAY[${values[Number(index) - 1]}]::${type}[]`,
  );
  return [
    `\\set salon random(0, ${SALONS - 1})`,
    `\\set staff random(1, ${STAFF_PER_SALON})`,
    `\\set customer random(1, ${CUSTOMERS_PER_SALON})`,
    `\\set group random(0, ${SLOT_GROUPS - 1})`,
    `\\set free random(1, ${LOADED_EVERY - 1})`,
    '\\set key random(1, 1000000000000)',
    '\\set key2 random(1, 1000000000000)',
    `${statement.replaceAll('\n', ' ').trim()};`,
    '',
  ].join('\n');
}

/** pgbench runs beside this process, so that neither waits for the other's event loop. */
function run(args: string[], env: Record<string, string>): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('pgbench', args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += String(chunk)));
    child.stderr.on('data', (chunk) => (output += String(chunk)));
    child.on('error', reject);
    child.on('exit', (code) => (code === 0 ? resolve(output) : reject(new Error(`pgbench failed:\n${output}`))));
  });
}
