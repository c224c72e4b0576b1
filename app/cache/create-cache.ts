/** Chooses the cache: the shared one where there is an address, else this process's memory. */
import type { Logger } from '../logging';
import type { Cache, CacheResult } from './cache';
import { MemoryCache } from './memory-cache';
import { type CacheAddress, SharedCache } from './shared-cache';

export function createCache(address: CacheAddress | null, logger: Logger, read: (result: CacheResult) => void): Cache {
  return address === null ? new MemoryCache(read) : new SharedCache(address, logger, read);
}

/** A setting as an address: the secret's whole text is the password. */
export function cacheAddress(
  { url, secretArn }: { url: string; secretArn: string | null },
  readSecret: (arn: string) => Promise<string>,
): CacheAddress {
  return secretArn === null ? { url } : { url, password: () => readSecret(secretArn) };
}
