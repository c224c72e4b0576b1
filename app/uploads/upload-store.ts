/** Where uploaded files lie: clients send and fetch them straight from S3, with permissions that the API signs. */
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { AWS_PATIENCE } from '../aws/patience';

/** What a client needs to send one file: a form with these fields, then the file as the field `file`, as multipart/form-data. */
export interface UploadForm {
  url: string;
  fields: Record<string, string>;
}

/** Every method rejects as the AWS client does when S3 or the credentials cannot be reached. */
export interface UploadStore {
  /** Permission to send one file of exactly this type under this key; S3 itself refuses more bytes. */
  permitUpload(key: string, contentType: string, maxBytes: number, seconds: number): Promise<UploadForm>;
  permitDownload(key: string, seconds: number): Promise<string>;
  /** In bytes; `null` when there is no such file. */
  size(key: string): Promise<number | null>;
  remove(key: string): Promise<void>;
}

export function s3UploadStore(bucket: string, client = new S3Client(AWS_PATIENCE)): UploadStore {
  return {
    async permitUpload(key, contentType, maxBytes, seconds) {
      return createPresignedPost(client, {
        Bucket: bucket,
        Key: key,
        Fields: { 'Content-Type': contentType },
        Conditions: [
          ['content-length-range', 1, maxBytes],
          ['eq', '$Content-Type', contentType],
        ],
        Expires: seconds,
      });
    },
    async permitDownload(key, seconds) {
      return getSignedUrl(client, new GetObjectCommand({ Bucket: bucket, Key: key }), { expiresIn: seconds });
    },
    async size(key) {
      try {
        const { ContentLength: bytes } = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
        return bytes ?? 0;
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
    },
    async remove(key) {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    },
  };
}

/** To whom may not list the bucket, as this program, S3 says 403 in place of 404. */
function isMissing(error: unknown): boolean {
  const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
  return status === 404 || status === 403;
}
