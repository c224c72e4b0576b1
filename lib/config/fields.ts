/** Kinds of configuration fields; each states what it allows, so that a refusal can say so. */
import { z } from 'zod';

/** A whole number with both ends allowed; `unit` completes the sentence, for example `days`. */
export function wholeNumber(min: number, max: number, unit: string) {
  const allowed = `a whole number from ${min} to ${max} (${unit})`;
  return z.int({ error: allowed }).min(min, { error: allowed }).max(max, { error: allowed });
}

export function oneOf<const T extends readonly [string, ...string[]]>(values: T) {
  return z.enum(values, { error: inQuotes(`one of ${values.join(', ')}`) });
}

export function text(pattern: RegExp, allowed: string) {
  return z.string({ error: inQuotes(allowed) }).regex(pattern, { error: allowed });
}

/** Who wrote a number where a text of digits belongs would find it among what is allowed. */
function inQuotes(allowed: string) {
  return ({ input }: { input?: unknown }) => (typeof input === 'number' ? `${allowed}; in quotes` : allowed);
}

export const flag = () => z.boolean({ error: 'true or false' });

/** Regions that the platform was laid out for; a new one is added here and in the price table. */
export const REGIONS = [
  'ap-northeast-1',
  'ap-northeast-3',
  'ap-southeast-1',
  'us-west-2',
  'us-east-1',
  'eu-west-1',
] as const;
export const region = () => oneOf(REGIONS);
export type Region = (typeof REGIONS)[number];

/** Availability zones; that they are their region's is a rule. */
export const zones = () =>
  z
    .array(text(/^[a-z]{2}(-[a-z]+)+-\d[a-f]$/, 'an availability zone such as ap-northeast-1a'))
    .min(2, { error: 'at least 2 zones' })
    .max(3, { error: 'at most 3 zones' });

/** Address block of a VPC: of those that are nobody's on the internet (RFC 1918). */
export const vpcBlock = () => {
  const allowed =
    'an IPv4 block of /16 to /19 in 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16 that begins at its own first address, for example 10.20.0.0/16';
  return block(16, 19, allowed).regex(/^(10|172\.(1[6-9]|2\d|3[01])|192\.168)\./, { error: allowed });
};

/** Address block of somebody who may reach something. */
export const sourceBlock = () => block(8, 32, 'an IPv4 block of /8 to /32 such as 203.0.113.0/24');

function block(widest: number, narrowest: number, allowed: string) {
  return z.string({ error: allowed }).refine((value) => isBlock(value, widest, narrowest), { error: allowed });
}

function isBlock(value: string, widest: number, narrowest: number): boolean {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(value);
  if (!match) return false;
  const [a = 0, b = 0, c = 0, d = 0, prefix = 0] = match.slice(1).map(Number);
  if (Math.max(a, b, c, d) > 255 || prefix < widest || prefix > narrowest) return false;
  return (((a * 256 + b) * 256 + c) * 256 + d) % 2 ** (32 - prefix) === 0;
}

export const hostLabel = () => text(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'one lower-case DNS label such as book');

export const domainName = () =>
  text(
    /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/,
    'a lower-case domain name such as staging.nailbook.example',
  );

/** `HH:MM-HH:MM` in the environment's time zone. */
export const dailyWindow = () =>
  text(
    /^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/,
    "HH:MM-HH:MM in the environment's time zone, for example 03:00-04:00",
  );

/** `Day:HH:MM-HH:MM` in the environment's time zone. */
export const weeklyWindow = () =>
  text(
    /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun):([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/,
    "Day:HH:MM-HH:MM in the environment's time zone, for example Sun:04:00-05:00",
  );

/** A moment of each day, `HH:MM`, in the environment's time zone. */
export const timeOfDay = () =>
  text(/^([01]\d|2[0-3]):[0-5]\d$/, "HH:MM in the environment's time zone, for example 04:30");

/** CloudWatch Logs keeps events for these numbers of days only. */
const LOG_RETENTION_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653];
export const logRetention = () => {
  const allowed = `one of ${LOG_RETENTION_DAYS.join(', ')} (days)`;
  return z.int({ error: allowed }).refine((days) => LOG_RETENTION_DAYS.includes(days), { error: allowed });
};
