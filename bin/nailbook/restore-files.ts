/** Brings the objects of a versioned bucket back to a moment: what was deleted or overwritten since, and nothing else. */
import {
  CopyObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';

interface Version {
  id: string;
  at: Date;
  deleted: boolean;
}

export interface FileToRestore {
  key: string;
  versionId: string;
}

/** The objects whose version of that moment is not the present one. Uploads of later stay: no row of the restored database names them. */
export async function filesToRestore(s3: S3Client, bucket: string, moment: Date): Promise<FileToRestore[]> {
  const versions = new Map<string, Version[]>();
  const add = (key: string | undefined, id: string | undefined, at: Date | undefined, deleted: boolean) => {
    if (key === undefined || id === undefined || !at) return;
    versions.set(key, [...(versions.get(key) ?? []), { id, at, deleted }]);
  };
  let place: { KeyMarker?: string; VersionIdMarker?: string } | null = {};
  while (place !== null) {
    const page: ListObjectVersionsCommandOutput = await s3.send(
      new ListObjectVersionsCommand({ Bucket: bucket, ...place }),
    );
    for (const { Key, VersionId, LastModified } of page.Versions ?? []) add(Key, VersionId, LastModified, false);
    for (const { Key, VersionId, LastModified } of page.DeleteMarkers ?? []) add(Key, VersionId, LastModified, true);
    const { NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page;
    place =
      KeyMarker === undefined ? null : { KeyMarker, ...(VersionIdMarker === undefined ? {} : { VersionIdMarker }) };
  }
  return [...versions].flatMap(([key, history]) => {
    const newestFirst = history.toSorted((a, b) => b.at.getTime() - a.at.getTime());
    const then = newestFirst.find(({ at }) => at.getTime() <= moment.getTime());
    return then && !then.deleted && then !== newestFirst[0] ? [{ key, versionId: then.id }] : [];
  });
}

/** Copies the version over the present one, which stays in the object's history. */
export async function restoreFile(s3: S3Client, bucket: string, { key, versionId }: FileToRestore): Promise<void> {
  const source = `${bucket}/${key.split('/').map(encodeURIComponent).join('/')}?versionId=${encodeURIComponent(versionId)}`;
  await s3.send(new CopyObjectCommand({ Bucket: bucket, Key: key, CopySource: source }));
}
