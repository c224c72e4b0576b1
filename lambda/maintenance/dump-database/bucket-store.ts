/** Dumps in a bucket of S3. */
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  AbortMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  type S3Client,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { Readable } from 'node:stream';
import { removeObjects } from '../aws/remove-objects';
import type { DumpStore, StoredObject } from './store';

/** 10,000 parts at most: enough for 640 GB. */
const PART_BYTES = 64 * 1024 * 1024;

/** S3 copies up to 5 GB at once; beyond that, in parts of up to 5 GB. */
const COPY_PART_BYTES = 1024 ** 3;
const COPY_AT_ONCE_BYTES = 5 * 1024 ** 3;

export function bucketStore(client: S3Client, bucket: string): DumpStore {
  return {
    write: async (key, content, signal) => {
      const upload = new Upload({
        client,
        params: { Bucket: bucket, Key: key, Body: content, ChecksumAlgorithm: 'SHA256' },
        partSize: PART_BYTES,
        queueSize: 2,
      });
      const abort = () => void upload.abort();
      signal.addEventListener('abort', abort);
      try {
        await upload.done();
      } finally {
        signal.removeEventListener('abort', abort);
      }
    },
    read: async (key) => {
      const { Body: body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      if (!(body instanceof Readable)) throw new Error(`s3://${bucket}/${key} has no content`);
      return body;
    },
    copy: (from, to) => copyObject(client, bucket, from, to),
    list: async (prefix) => {
      const objects: StoredObject[] = [];
      for await (const { Contents: page = [] } of paginateListObjectsV2(
        { client },
        { Bucket: bucket, Prefix: prefix },
      )) {
        for (const { Key: key, Size: bytes = 0, LastModified: modifiedAt } of page)
          if (key !== undefined && modifiedAt) objects.push({ key, bytes, modifiedAt });
      }
      return objects;
    },
    remove: (keys) => removeObjects(client, bucket, keys),
  };
}

async function copyObject(client: S3Client, bucket: string, from: string, to: string): Promise<void> {
  const source = `${bucket}/${from}`;
  const { ContentLength: bytes = 0 } = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: from }));
  if (bytes <= COPY_AT_ONCE_BYTES) {
    await client.send(new CopyObjectCommand({ Bucket: bucket, Key: to, CopySource: source }));
    return;
  }
  const target = { Bucket: bucket, Key: to };
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(target));
  try {
    const parts: { ETag: string | undefined; PartNumber: number }[] = [];
    for (let first = 0; first < bytes; first += COPY_PART_BYTES) {
      const PartNumber = parts.length + 1;
      const CopySourceRange = `bytes=${first}-${Math.min(first + COPY_PART_BYTES, bytes) - 1}`;
      const { CopyPartResult } = await client.send(
        new UploadPartCopyCommand({ ...target, UploadId, PartNumber, CopySource: source, CopySourceRange }),
      );
      parts.push({ ETag: CopyPartResult?.ETag, PartNumber });
    }
    await client.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts: parts } }));
  } catch (error) {
    await client.send(new AbortMultipartUploadCommand({ ...target, UploadId }));
    throw error;
  }
}
