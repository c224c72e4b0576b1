/** Configuration of the API's service and of how a release reaches it (requirements A4, B1). */
import { z } from 'zod';
import { oneOf, wholeNumber } from '../fields';
import { FARGATE_MEMORY_MIB } from '../sizes';

const CPU_SIZES = Object.keys(FARGATE_MEMORY_MIB).map(Number);
const minutes = (max: number) => wholeNumber(0, max, 'minutes');

/** How a release reaches users; all but `rolling` start green beside blue and are ECS's own strategies. */
const deployment = z.discriminatedUnion(
  'strategy',
  [
    z.strictObject({
      strategy: z.literal('blue-green'),
      /** Minutes that both sides stay after all traffic moved at once, so that a rollback is instant. @example 15 */
      bakeMinutes: minutes(1440),
    }),
    z.strictObject({
      strategy: z.literal('canary'),
      /** Share of the traffic that green gets first. @example 5 */
      percent: wholeNumber(1, 99, 'percent'),
      /** Minutes at that share before the rest follows. @example 10 */
      watchMinutes: minutes(1440),
      bakeMinutes: minutes(1440),
    }),
    z.strictObject({
      strategy: z.literal('linear'),
      /** Share of the traffic that each step moves. @example 25 */
      stepPercent: wholeNumber(3, 50, 'percent'),
      /** Minutes between two steps. @example 5 */
      stepMinutes: minutes(1440),
      bakeMinutes: minutes(1440),
    }),
    z.strictObject({
      strategy: z.literal('rolling'),
      /** Tasks started beyond the wanted number at a time, in percent of it. @example 100 */
      batchPercent: wholeNumber(0, 100, 'percent'),
      /** Tasks that may be missing meanwhile, in percent. @example 0 */
      maxUnavailablePercent: wholeNumber(0, 100, 'percent'),
    }),
  ],
  { error: 'a strategy: blue-green, canary, linear or rolling' },
);

const scaling = z.strictObject({
  /** @default 70 (requirement A4) */
  cpuPercent: wholeNumber(10, 95, 'percent').default(70),
  /** @default 80 (requirement A4) */
  memoryPercent: wholeNumber(10, 95, 'percent').default(80),
  /** Requests a minute that one task should serve; 12,000 is 200 a second, a fifth of what one vCPU was measured to do. @default 12000 */
  requestsPerTask: wholeNumber(100, 1_000_000, 'requests a minute').default(12_000),
  /** Seconds between two steps. @default 300 (requirement A4) */
  cooldownSeconds: wholeNumber(0, 3600, 'seconds').default(300),
});

export const service = z.strictObject({
  /** Units; 1024 are one vCPU. @example 1024 */
  cpu: z.int().refine((units) => CPU_SIZES.includes(units), { error: `one of ${CPU_SIZES.join(', ')} (CPU units)` }),

  /** MiB; which are offered depends on `cpu`. @example 2048 */
  memoryMib: wholeNumber(512, 61440, 'MiB'),

  /** The image is built for this; Graviton costs a fifth less and the bundle has no native code. @default 'arm64' */
  architecture: oneOf(['arm64', 'x64']).default('arm64'),

  /** Tasks that run at least. 0 is a region on standby: its service is there, and switched off. */
  minTasks: wholeNumber(0, 100, 'tasks'),
  /** Tasks that autoscaling may start; a release runs that many again for a while. */
  maxTasks: wholeNumber(1, 100, 'tasks'),
  scaling: scaling.prefault({}),
  deployment,

  /** Seconds after start in which a failing health check does not end the task. @default 60 */
  healthCheckGraceSeconds: wholeNumber(0, 600, 'seconds').default(60),

  /** Connections of one task to the primary that stay open. @default 20 (requirement C10) */
  poolSize: wholeNumber(2, 500, 'connections').default(20),
  /** Connections on top of them under load. @default 10 (requirement C10) */
  poolOverflow: wholeNumber(0, 500, 'connections').default(10),

  /** What one signed-in person may ask over all tasks; a salon's screen that follows the day asks some dozens of times. @default 600 */
  requestsPerIdentity: wholeNumber(60, 1_000_000, 'requests a minute').default(600),
  /**
   * What one address may ask over all tasks. Mobile networks put thousands of phones behind one; the firewall, which counts by
   * address too, is the first to refuse. @default 6000
   */
  requestsPerAddress: wholeNumber(60, 1_000_000, 'requests a minute').default(6_000),

  /** Metrics of each task cost extra; `enhanced` also shows containers and deployments. @default 'enhanced' */
  containerInsights: oneOf(['enhanced', 'enabled', 'disabled']).default('enhanced'),
});
