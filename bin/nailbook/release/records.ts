/** The records of releases in an environment, and as text for people (requirement B6). */
import { S3Client } from '@aws-sdk/client-s3';
import {
  s3ReleaseStore,
  type ReleaseMeasurement,
  type ReleaseRecord,
  type ReleaseStore,
  type SideFigures,
} from '../../../app/contract/release-record';
import { table } from '../table';
import { Failure } from '../terminal';
import type { Place } from './place';

export function recordsOf({ config, region, prefix }: Place): ReleaseStore {
  return s3ReleaseStore(new S3Client({ region }), `${prefix}-backups-${config.account}-${region}`);
}

/** Throws a Failure that names the newest releases when there is no such one. `last` is the newest. */
export async function readRecord(store: ReleaseStore, id: string): Promise<ReleaseRecord> {
  const found = id === 'last' ? (await store.list(1))[0] : await store.read(id);
  if (found) return found;
  const known = (await store.list(5)).map((record) => record.id);
  throw new Failure(
    known.length === 0
      ? 'no release is recorded yet'
      : `there is no release ${id}; the last ones are ${known.join(', ')}`,
  );
}

/** One line a release, the newest first. */
export function history(records: readonly ReleaseRecord[], width?: number): string[] {
  if (records.length === 0) return ['No release is recorded yet.'];
  const rows = records.map(({ id, startedAt, version, previousVersion, startedBy, decision, reason }) => [
    id,
    minute(startedAt),
    `${previousVersion ?? '-'} -> ${version ?? '?'}`,
    startedBy ?? '-',
    decision,
    reason,
  ]);
  return table([['id', 'begun (UTC)', 'version', 'by', 'decision', 'why'], ...rows], [{}, {}, {}, {}, {}, {}], width);
}

/** Everything that a release was decided on. */
export function story(record: ReleaseRecord): string[] {
  const { migration } = record;
  return [
    `Release ${record.id} of ${record.environment}: ${record.decision}`,
    `  why: ${record.reason || 'not decided yet'}`,
    `  what: ${record.previousVersion ?? 'nothing'} -> ${record.version ?? 'unknown'}${record.taskDefinition ? ` (${record.taskDefinition.split('/').at(-1)})` : ''}`,
    `  who: ${record.startedBy ?? 'nobody said'}`,
    `  when: ${minute(record.startedAt)} to ${record.endedAt ? minute(record.endedAt) : 'now'} (UTC)`,
    `  snapshot: ${record.snapshot ?? 'none'}`,
    ...(migration
      ? [
          `  migrations: ${migration.error ?? migration.applied?.join(', ') ?? 'not ended'}`.replace(
            /: $/,
            ': none were due',
          ),
        ]
      : []),
    ...(record.measurements.length > 0 ? ['', 'What it was decided on:'] : []),
    ...record.measurements.flatMap(measured),
  ];
}

function measured({ at, hook, stage, verdict, summary, comparison, checks = [] }: ReleaseMeasurement): string[] {
  return [
    `  ${minute(at)}  ${verdict.padEnd(7)}  ${hook} (${stage}): ${summary}`,
    ...checks.map(
      ({ name, passed, detail, milliseconds }) =>
        `      ${passed ? 'ok' : '!!'} ${name}, ${milliseconds} ms${detail ? `: ${detail}` : ''}`,
    ),
    ...(comparison
      ? [
          `      green, ${comparison.greenSharePercent} % of the traffic: ${figures(comparison.green)}`,
          `      blue: ${figures(comparison.blue)}`,
        ]
      : []),
  ];
}

function figures({ requests, errors, p95Seconds, bookings }: SideFigures): string {
  const p95 = p95Seconds === null ? 'no P95' : `P95 ${Math.round(p95Seconds * 1000)} ms`;
  return `${requests} requests, ${errors} failed, ${p95}${bookings === null ? '' : `, ${bookings} bookings`}`;
}

/** `2026-11-22 03:14`. */
function minute(at: string): string {
  return at.slice(0, 16).replace('T', ' ');
}
