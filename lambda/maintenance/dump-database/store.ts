/** Where dumps are kept: a bucket of S3, or a folder of this machine. */
import type { Readable } from 'node:stream';

export interface StoredObject {
  key: string;
  bytes: number;
  modifiedAt: Date;
}

export interface DumpStore {
  /** Stores all of the stream under the key, or, when the stream breaks, nothing at all. */
  write(key: string, content: Readable, signal: AbortSignal): Promise<void>;
  read(key: string): Promise<Readable>;
  copy(from: string, to: string): Promise<void>;
  list(prefix: string): Promise<StoredObject[]>;
  remove(keys: readonly string[]): Promise<void>;
}
