/** Deletes objects of a bucket of S3, as many as there are. */
import { DeleteObjectsCommand, type S3Client } from '@aws-sdk/client-s3';

/** DeleteObjects takes 1,000 keys. */
const DELETE_AT_ONCE = 1_000;

/** A key that is not there is no error. Throws an Error that names the first object that could not be deleted. */
export async function removeObjects(client: S3Client, bucket: string, keys: readonly string[]): Promise<void> {
  for (let from = 0; from < keys.length; from += DELETE_AT_ONCE) {
    const Objects = keys.slice(from, from + DELETE_AT_ONCE).map((Key) => ({ Key }));
    const { Errors: errors = [] } = await client.send(
      new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
    );
    const [first] = errors;
    if (first) throw new Error(`s3://${bucket}/${first.Key} could not be deleted: ${first.Message ?? first.Code}`);
  }
}
