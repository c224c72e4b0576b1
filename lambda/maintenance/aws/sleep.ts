/** Waits between two looks at something that AWS is doing. */
import { setTimeout } from 'node:timers/promises';

/** Rejects when the signal is aborted. */
export type Sleep = (milliseconds: number, signal: AbortSignal) => Promise<void>;

export const sleep: Sleep = (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal });
