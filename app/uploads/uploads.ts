/** Uploads of a salon: begun here, sent straight to S3, finished and shown when the file is there. */
import { randomUUID } from 'node:crypto';
import { recordAudit } from '../audit/audit';
import type { Identity } from '../auth/tokens';
import type { Context } from '../context';
import { UPLOADS_PREFIX } from '../contract/storage';
import { asMerchant, queryAsMerchant } from '../database/tenancy';
import { Problem } from '../http/problem';
import { ADD_UPLOAD, FINISH_UPLOAD, LIST_UPLOADS, READ_UPLOAD, REMOVE_UPLOAD } from './statements';
import type { UploadForm, UploadStore } from './upload-store';

/** Requirement C12; phones' pictures are 2 to 8 MB. */
export const MAX_BYTES = 10 * 1024 * 1024;

/** The types that may be sent. */
export const CONTENT_TYPES = ['image/jpeg', 'image/png', 'image/webp', 'image/heic'] as const;
export type ContentType = (typeof CONTENT_TYPES)[number];

const EXTENSIONS: Record<ContentType, string> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/heic': 'heic',
};

/** Long enough to begin a slow upload; S3 lets one finish that has begun. */
const UPLOAD_SECONDS = 5 * 60;
/** As long as somebody looks at a page. */
const DOWNLOAD_SECONDS = 60 * 60;

export interface Upload {
  id: string;
  title: string;
  contentType: string;
  bytes: number;
  createdAt: string;
  /** Valid for an hour. */
  url: string;
}

interface UploadRow {
  id: string;
  object_key: string;
  content_type: string;
  title: string;
  bytes: number | null;
  created_at: Date;
}

export interface UploadRequest {
  merchantId: string;
  identity: Identity;
  requestId: string;
}

/** Throws a 503 Problem where there is no bucket, as on a machine without AWS. */
function storeOf({ uploads }: Context): UploadStore {
  if (uploads) return uploads;
  throw new Problem(
    503,
    'uploads_unavailable',
    'This installation has no bucket for uploads: set UPLOADS_BUCKET',
    {},
    // Until somebody has set it and started the API again.
    { 'retry-after': '60' },
  );
}

export async function beginUpload(
  context: Context,
  { merchantId, identity, requestId }: UploadRequest,
  { contentType, title }: { contentType: ContentType; title: string },
): Promise<UploadForm & { id: string; expiresAt: string }> {
  const key = `${UPLOADS_PREFIX}${merchantId}/${randomUUID()}.${EXTENSIONS[contentType]}`;
  const form = await storeOf(context).permitUpload(key, contentType, MAX_BYTES, UPLOAD_SECONDS);
  const id = await asMerchant(context.primary, merchantId, async (client) => {
    const { rows } = await client.query<UploadRow>({ ...ADD_UPLOAD, values: [merchantId, key, contentType, title] });
    if (!rows[0]) throw new Error('The upload was not stored');
    await recordAudit(client, { merchantId, identity, requestId, action: 'upload.begun', subjectId: rows[0].id });
    return rows[0].id;
  });
  return { id, ...form, expiresAt: new Date(Date.now() + UPLOAD_SECONDS * 1000).toISOString() };
}

/** Throws a Problem: 404 unknown, 409 the file is not there. */
export async function finishUpload(context: Context, merchantId: string, uploadId: string): Promise<Upload> {
  const { object_key: key } = await readUpload(context, merchantId, uploadId);
  const bytes = await storeOf(context).size(key);
  if (bytes === null) {
    throw new Problem(409, 'upload_missing', 'The file has not arrived: send it with the form, then finish again');
  }
  const values = [merchantId, uploadId, bytes];
  const { rows } = await queryAsMerchant<UploadRow>(context.primary, merchantId, { ...FINISH_UPLOAD, values });
  if (!rows[0]) throw unknownUpload(uploadId);
  return toUpload(context, rows[0]);
}

export async function listUploads(
  context: Context,
  { merchantId, before = null, limit }: { merchantId: string; before?: string | null; limit: number },
): Promise<{ uploads: Upload[]; nextBefore: string | null }> {
  const values = [merchantId, before, limit + 1];
  const { rows } = await queryAsMerchant<UploadRow>(context.primary, merchantId, { ...LIST_UPLOADS, values });
  const uploads = await Promise.all(rows.slice(0, limit).map((row) => toUpload(context, row)));
  return { uploads, nextBefore: rows.length > limit ? (uploads.at(-1)?.id ?? null) : null };
}

/** The file first: a row without a file can be removed again, a file without a row nobody finds. Throws a 404 Problem. */
export async function removeUpload(context: Context, request: UploadRequest, uploadId: string): Promise<void> {
  const { merchantId } = request;
  const { object_key: key } = await readUpload(context, merchantId, uploadId);
  await storeOf(context).remove(key);
  await asMerchant(context.primary, merchantId, async (client) => {
    await client.query({ ...REMOVE_UPLOAD, values: [merchantId, uploadId] });
    await recordAudit(client, { ...request, action: 'upload.removed', subjectId: uploadId });
  });
}

async function readUpload({ primary }: Context, merchantId: string, uploadId: string): Promise<UploadRow> {
  const values = [merchantId, uploadId];
  const { rows } = await queryAsMerchant<UploadRow>(primary, merchantId, { ...READ_UPLOAD, values });
  if (!rows[0]) throw unknownUpload(uploadId);
  return rows[0];
}

async function toUpload(context: Context, row: UploadRow): Promise<Upload> {
  return {
    id: row.id,
    title: row.title,
    contentType: row.content_type,
    bytes: row.bytes ?? 0,
    createdAt: row.created_at.toISOString(),
    url: await storeOf(context).permitDownload(row.object_key, DOWNLOAD_SECONDS),
  };
}

function unknownUpload(uploadId: string): Problem {
  return new Problem(404, 'upload_unknown', `There is no upload ${uploadId} at this salon`);
}
