/** How the task itself is: room on its disk and in its memory. */
import { statfs } from 'node:fs/promises';
import { getHeapStatistics } from 'node:v8';
import type { Component } from './components';

/** Above this share a disk or a heap still works, but not for long. */
const NEARLY_FULL = 0.9;

export const disk: Component = {
  withoutIt: 'degraded',
  async check() {
    const { bavail, blocks } = await statfs('/');
    const used = 1 - bavail / blocks;
    return used > NEARLY_FULL ? `${Math.round(used * 100)} % of the disk is used` : undefined;
  },
};

export const memory: Component = {
  withoutIt: 'degraded',
  check() {
    const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
    return Promise.resolve(
      used / limit > NEARLY_FULL ? `${Math.round((used / limit) * 100)} % of the heap is used` : undefined,
    );
  },
};
