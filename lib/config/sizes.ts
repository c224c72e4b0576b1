/** Sizes that AWS offers, as far as the platform uses them. */

const range = (from: number, to: number, step: number) =>
  Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step);

/**
 * Memory in MiB that Fargate offers with each CPU size (1024 units are one vCPU).
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size
 */
export const FARGATE_MEMORY_MIB: Readonly<Record<number, readonly number[]>> = {
  256: [512, 1024, 2048],
  512: range(1024, 4096, 1024),
  1024: range(2048, 8192, 1024),
  2048: range(4096, 16384, 1024),
  4096: range(8192, 30720, 1024),
  8192: range(16384, 61440, 4096),
};

/** Database classes without their `db.` prefix; the last three are the vertical path of requirement A5. */
export const DATABASE_CLASS_NAMES = [
  't4g.medium',
  't4g.large',
  't3.medium',
  't3.large',
  'r6g.large',
  'r6g.xlarge',
  'r6g.2xlarge',
  'r6g.4xlarge',
] as const;
export type DatabaseClass = (typeof DATABASE_CLASS_NAMES)[number];

/** A burstable class runs at full speed only as long as its credits last. */
export const DATABASE_CLASSES: Record<DatabaseClass, { memoryGib: number; burstable: boolean }> = {
  't4g.medium': { memoryGib: 4, burstable: true },
  't4g.large': { memoryGib: 8, burstable: true },
  't3.medium': { memoryGib: 4, burstable: true },
  't3.large': { memoryGib: 8, burstable: true },
  'r6g.large': { memoryGib: 16, burstable: false },
  'r6g.xlarge': { memoryGib: 32, burstable: false },
  'r6g.2xlarge': { memoryGib: 64, burstable: false },
  'r6g.4xlarge': { memoryGib: 128, burstable: false },
};

/** RDS's default of `max_connections`: memory in bytes / 9531392, at most 5000 (the parameter group leaves it alone). */
export function maxConnections(name: DatabaseClass): number {
  return Math.min(5000, Math.floor((DATABASE_CLASSES[name].memoryGib * 2 ** 30) / 9531392));
}

export const CACHE_NODE_TYPES = [
  'cache.t4g.micro',
  'cache.t4g.small',
  'cache.t4g.medium',
  'cache.r6g.large',
  'cache.r6g.xlarge',
  'cache.r6g.2xlarge',
] as const;
