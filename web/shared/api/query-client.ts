/** How answers are remembered and requests repeated, the same in every site. */
import { QueryClient } from '@tanstack/react-query';
import { isPassing } from './errors';

const RETRIES = 3;

const retry = (failures: number, error: Error): boolean => failures < RETRIES && isPassing(error);

/** 0.5, 1 and 2 seconds. */
const retryDelay = (failures: number): number => 500 * 2 ** failures;

/**
 * While the device says that it has no network, requests wait and go on by themselves. Changes are repeated too: each carries an
 * Idempotency-Key or is answered as it is when it was done already.
 */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { retry, retryDelay, staleTime: 30_000 },
      mutations: { retry, retryDelay },
    },
  });
}
