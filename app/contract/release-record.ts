/**
 * The record of a release (requirement B6): when, what, who, the decision and what it was decided on. The hooks of a release and its
 * migrations write it; the operator's command line and the API read it. One JSON object per release, in the bucket of the backups.
 */
import {
  GetObjectCommand,
  NoSuchKey,
  paginateListObjectsV2,
  PutObjectCommand,
  S3ServiceException,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { ReleaseHook } from './release-names';
import { RELEASES_PREFIX } from './storage';

export type { ReleaseHook } from './release-names';

export type ReleaseDecision = 'under way' | 'promoted' | 'rolled back';

/** What one side did while both served. */
export interface SideFigures {
  requests: number;
  /** Requests answered with 500 or more, or not at all. */
  errors: number;
  /** Seconds; null when no request says. */
  p95Seconds: number | null;
  /** Bookings created; null where the two sides cannot be told apart. */
  bookings: number | null;
}

/** What a hook found. The latest of several calls that had to wait stands for all of them. */
export interface ReleaseMeasurement {
  /** ISO 8601, UTC. */
  at: string;
  /** When the first of several calls was, where this one had to wait. */
  begunAt?: string;
  hook: ReleaseHook;
  /** ECS's lifecycle stage, or its event. */
  stage: string;
  verdict: 'passed' | 'waiting' | 'failed';
  /** One or more sentences for people. */
  summary: string;
  /** During the shift: since when, at which share of the traffic, and what both sides did. */
  comparison?: { since: string; greenSharePercent: number; green: SideFigures; blue: SideFigures };
  /** Of the smoke tests, in their order. */
  checks?: { name: string; passed: boolean; detail: string; milliseconds: number }[];
}

export interface ReleaseRecord {
  /** ECS's own id of the service deployment: the end of its ARN. */
  id: string;
  environment: string;
  deploymentArn: string;
  /** Tag of the image; null until a hook has seen the deployment. */
  version: string | null;
  /** What served before; null for the first release. */
  previousVersion: string | null;
  taskDefinition: string | null;
  previousTaskDefinition: string | null;
  /** Who asked for it, as the pipeline or the command line says; null when nobody said. */
  startedBy: string | null;
  startedAt: string;
  endedAt: string | null;
  decision: ReleaseDecision;
  /** Why, in sentences. */
  reason: string;
  /** Of the database, taken before the migrations; null when none was due. */
  snapshot: string | null;
  /** Null when none was due. `applied` and `error` are null until the migrations have ended. */
  migration: { taskArn: string | null; applied: string[] | null; error: string | null } | null;
  measurements: ReleaseMeasurement[];
}

export interface ReleaseStore {
  /** Null when there is no such release. */
  read(id: string): Promise<ReleaseRecord | null>;
  /** The newest first. */
  list(limit: number): Promise<ReleaseRecord[]>;
  /** Writes what `change` makes of the record as it is; called again with a newer one when somebody else wrote meanwhile. */
  change(id: string, change: (record: ReleaseRecord | null) => ReleaseRecord): Promise<ReleaseRecord>;
}

/** `TFX5sH9q9XDboDTOv0rIt` of `arn:…:service-deployment/cluster/service/TFX5sH9q9XDboDTOv0rIt`. */
export function releaseId(deploymentArn: string): string {
  return deploymentArn.split('/').at(-1) ?? deploymentArn;
}

/** The record of a release that nothing is known about yet. */
export function newRelease(deploymentArn: string, environment: string, startedAt: Date): ReleaseRecord {
  return {
    id: releaseId(deploymentArn),
    environment,
    deploymentArn,
    version: null,
    previousVersion: null,
    taskDefinition: null,
    previousTaskDefinition: null,
    startedBy: null,
    startedAt: startedAt.toISOString(),
    endedAt: null,
    decision: 'under way',
    reason: '',
    snapshot: null,
    migration: null,
    measurements: [],
  };
}

/** With a further measurement; it takes the place of its hook's last one when that was still waiting. */
export function withMeasurement(record: ReleaseRecord, measurement: ReleaseMeasurement): ReleaseRecord {
  const last = record.measurements.at(-1);
  const goesOn = last?.verdict === 'waiting' && last.hook === measurement.hook;
  if (!goesOn) return { ...record, measurements: [...record.measurements, measurement] };
  const begunAt = last.begunAt ?? last.at;
  return { ...record, measurements: [...record.measurements.slice(0, -1), { ...measurement, begunAt }] };
}

/** Tries after which a record that others keep changing is given up. */
const ATTEMPTS = 5;

export function s3ReleaseStore(client: S3Client, bucket: string): ReleaseStore {
  const get = async (key: string): Promise<{ record: ReleaseRecord | null; etag: string | null }> => {
    try {
      const { Body: body, ETag: etag } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      const record: ReleaseRecord = JSON.parse((await body?.transformToString()) ?? 'null');
      return { record, etag: etag ?? null };
    } catch (error) {
      if (error instanceof NoSuchKey) return { record: null, etag: null };
      throw error;
    }
  };
  return {
    read: async (id) => (await get(keyOf(id))).record,
    list: async (limit) => {
      const keys: { key: string; changedAt: number }[] = [];
      const query = { Bucket: bucket, Prefix: RELEASES_PREFIX };
      for await (const { Contents: page = [] } of paginateListObjectsV2({ client }, query)) {
        for (const { Key: key, LastModified: changedAt } of page)
          if (key !== undefined && changedAt) keys.push({ key, changedAt: changedAt.getTime() });
      }
      const newest = keys.toSorted((a, b) => b.changedAt - a.changedAt).slice(0, limit);
      const found = await Promise.all(newest.map(async ({ key }) => (await get(key)).record));
      return newestFirst(found.filter((record) => record !== null));
    },
    change: async (id, change) => {
      for (let attempt = 1; ; attempt += 1) {
        const { record, etag } = await get(keyOf(id));
        const changed = change(record);
        try {
          await client.send(
            new PutObjectCommand({
              Bucket: bucket,
              Key: keyOf(id),
              Body: JSON.stringify(changed, null, 2),
              ContentType: 'application/json',
              // Nothing personal is in it: the key of the dumps stays with the dumps.
              ServerSideEncryption: 'AES256',
              ...(etag === null ? { IfNoneMatch: '*' } : { IfMatch: etag }),
            }),
          );
          return changed;
        } catch (error) {
          if (!isOutrun(error) || attempt === ATTEMPTS) throw error;
        }
      }
    },
  };
}

/** For tests, the rehearsal, and a machine without AWS. */
export function memoryReleaseStore(records: readonly ReleaseRecord[] = []): ReleaseStore {
  const kept = new Map(records.map((record) => [record.id, record]));
  return {
    read: async (id) => kept.get(id) ?? null,
    list: async (limit) => newestFirst([...kept.values()]).slice(0, limit),
    change: async (id, change) => {
      const changed = change(kept.get(id) ?? null);
      kept.set(id, changed);
      return changed;
    },
  };
}

function newestFirst(records: ReleaseRecord[]): ReleaseRecord[] {
  return records.toSorted((a, b) => b.startedAt.localeCompare(a.startedAt));
}

function keyOf(id: string): string {
  return `${RELEASES_PREFIX}${encodeURIComponent(id)}.json`;
}

/** Somebody else has written the object since it was read. */
function isOutrun(error: unknown): boolean {
  const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
  return status === 412 || status === 409;
}
