/** What `npm start` prints when everything runs: what is where, and three commands that show a double booking being refused. */
import { API_PREFIX, COMPONENT_HEALTH_PATH, DOCS_PATH, METRICS_PATH } from '../../app/contract/api';
import type { DemoAccounts } from './demo-accounts';
import type { DemoSalon } from './demo-salon';
import { PUSHES_PATH } from './fake-line/control';
import { PATHS, ROOT } from './paths';
import { paint } from './terminal';

const DAY_MS = 24 * 60 * 60_000;
const TAIPEI_OFFSET_MS = 8 * 60 * 60_000;

export interface FreeSlot {
  startsAt: string;
  staffId: string;
}

/** A day of the salon as instants, `days` after today in Taipei (which has no daylight saving time). */
function salonDay(now: number, days: number): { from: string; to: string } {
  const midnight = Math.floor((now + TAIPEI_OFFSET_MS) / DAY_MS) * DAY_MS - TAIPEI_OFFSET_MS + days * DAY_MS;
  return { from: toInstant(midnight), to: toInstant(midnight + DAY_MS) };
}

function toInstant(time: number): string {
  return new Date(time).toISOString().replace('.000Z', 'Z');
}

function availabilityUrl(baseUrl: string, salon: DemoSalon, day: { from: string; to: string }): string {
  const query = `serviceIds=${salon.serviceIds[0]}&staffId=${salon.staffIds[0]}&from=${day.from}&to=${day.to}`;
  return `${baseUrl}${API_PREFIX}/merchants/${salon.merchantId}/availability?${query}`;
}

/** The first free slot from tomorrow on, as the API itself says, with the address that says so. */
export async function findFreeSlot(
  baseUrl: string,
  salon: DemoSalon,
  now: number,
): Promise<{ slot: FreeSlot; url: string } | null> {
  for (let days = 1; days <= 30; days++) {
    const url = availabilityUrl(baseUrl, salon, salonDay(now, days));
    const response = await fetch(url);
    if (!response.ok) throw new Error(`The API answered ${response.status} to ${url}: ${await response.text()}`);
    const { slots }: { slots: FreeSlot[] } = JSON.parse(await response.text());
    if (slots[0]) return { slot: { ...slots[0], startsAt: toInstant(Date.parse(slots[0].startsAt)) }, url };
  }
  return null;
}

export interface SummaryFacts {
  baseUrl: string;
  lineUrl: string;
  postgres: { version: string; port: number };
  salon: DemoSalon;
  accounts: DemoAccounts;
  free: { slot: FreeSlot; url: string } | null;
  seconds: number;
}

function row(name: string, text: string): string {
  return `  ${paint('bold', name.padEnd(12))}${text}`;
}

function attempt(title: string, command: string): string[] {
  return [`  ${paint('bold', title)}`, `  ${paint('green', command)}`, ''];
}

export function summary({ baseUrl, lineUrl, postgres, salon, accounts, free, seconds }: SummaryFacts): string {
  const local = PATHS.folder.replace(`${ROOT}/`, '');
  const lines = [
    '',
    `${paint(['bold', 'magenta'], 'Nailbook')} runs on this machine ${paint('dim', `(started in ${seconds.toFixed(1)} s)`)}`,
    '',
    row(
      'Sites',
      `for customers ${paint('cyan', `${baseUrl}/`)}, salons ${paint('cyan', `${baseUrl}/merchant`)}, the platform ${paint('cyan', `${baseUrl}/admin`)}`,
    ),
    row('API', paint('cyan', baseUrl)),
    row('', paint('dim', `${DOCS_PATH}  ${COMPONENT_HEALTH_PATH}  ${METRICS_PATH}`)),
    row('PostgreSQL', `${postgres.version} on 127.0.0.1:${postgres.port}, data in ${local}/postgres`),
    row('LINE', `a stand-in; what customers were sent: ${paint('cyan', `${lineUrl}${PUSHES_PATH}`)}`),
    row(
      'Demo salon',
      `${salon.name}: ${salon.staffNames.join('、')}; ${salon.serviceNames.length} services, open 10:00-20:00`,
    ),
    row(
      'Sign in',
      `as ${accounts.salonLogin} (salon) or ${accounts.adminLogin} (platform); the password of both is in ${local}/demo.json`,
    ),
    row('For scripts', `${local}/demo.json has the address, the ids and three tokens`),
    row('Logs', `${local}/api.log, ${local}/postgres.log`),
    '',
    ...(free
      ? tries(baseUrl, salon, free)
      : [`The salon is booked out for 30 days: delete ${local} to start afresh.`, '']),
    `Ctrl-C stops everything; the data stays. ${paint('dim', `Delete ${local} to start afresh.`)}`,
    '',
  ];
  return lines.join('\n');
}

function tries(baseUrl: string, salon: DemoSalon, { slot, url }: { slot: FreeSlot; url: string }): string[] {
  const local = new Date(Date.parse(slot.startsAt) + TAIPEI_OFFSET_MS).toISOString();
  const when = `${local.slice(0, 10)} ${local.slice(11, 16)}`;
  const body = JSON.stringify({ serviceIds: [salon.serviceIds[0]], staffId: slot.staffId, startsAt: slot.startsAt });
  const book = (key: string) =>
    `curl -s -w '\\n%{http_code}\\n' -H '@${PATHS.customerHeaders}' -H 'Idempotency-Key: ${key}' -d '${body}' ` +
    `${baseUrl}${API_PREFIX}/merchants/${salon.merchantId}/bookings`;
  const key = `demo-${slot.startsAt}`;
  return [
    'Try it in another terminal:',
    '',
    ...attempt(`1. See when ${salon.staffNames[0]} is free for ${salon.serviceNames[0]}`, `curl -s '${url}'`),
    ...attempt(`2. Book ${when}, Taipei time`, book(key)),
    ...attempt('3. Book it again: refused (409), with alternatives', book(`${key}-again`)),
  ];
}
