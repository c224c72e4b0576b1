/** Who races for what: all clients at once, for overlapping slots of few days, half of the time for one staff member. */
import { setTimeout as sleep } from 'node:timers/promises';
import { pick, RaceClient, type Wish } from './client';
import { disturb, type Disturbed } from './disturbances';
import { EXPECTED } from './expected';
import { HttpClient } from './http-client';
import { Journal } from './journal';
import { RaceManager } from './manager';
import type { RacePlatform } from './platform';
import type { RaceSalon } from './salon';

const DAY = 24 * 60 * 60_000;
const HALF_HOUR = 30 * 60_000;

/** The race is about three days at a time, and moves on before they are full: some have slots, others want them. */
const DAYS_AT_A_TIME = 3;
const WISHES_A_DAY = 160;

/** Within the salons' horizon of a year. */
const DAYS = 350;

/** 10:00 to 20:00 in Taipei: the longest visit still fits before 22:00. */
const STARTS_A_DAY = 21;

/** So often somebody looks at the bookings: enough that the shared cache has to count them. */
const READ_MS = 50;

export interface Race {
  journal: Journal;
  /** `null` where nothing was to go wrong. */
  disturbed: Disturbed | null;
  /** How long it took; on a busy machine the disturbances take longer than they were given. */
  seconds: number;
}

export async function race(platform: RacePlatform, seconds: number, disturbing: boolean): Promise<Race> {
  const journal = new Journal(EXPECTED);
  const http = new HttpClient();
  // Everybody goes on until the last disturbance is over, or it would disturb nobody.
  let over = false;
  const isOver = () => over;
  const began = performance.now();
  const time = disturbing ? disturb(platform, journal, began + seconds * 1000) : sleep(seconds * 1000, null);
  let wishes = 0;
  const day = () => Math.floor(++wishes / WISHES_A_DAY) % DAYS;
  const [disturbed] = await Promise.all([
    time.finally(() => (over = true)),
    ...platform.salons.flatMap((salon) => {
      const everyone = { salon, apis: platform.apis, http, journal, wish: () => wishAt(salon, day()) };
      const clients = salon.customers.map(
        ({ customerId, token }) => new RaceClient({ ...everyone, name: `c${customerId}`, token }),
      );
      const manager = new RaceManager({ ...everyone, name: `m${salon.merchantId}`, token: salon.manager.token });
      // People pause; without it a client that is answered fast would be most of the race.
      return [
        ...clients.map((client) => acting(client, isOver, () => (Math.random() < 0.1 ? Math.random() * 20 : 0))),
        acting(manager, isOver, () => Math.random() * 100),
        reading(platform, salon, http, journal, isOver),
      ];
    }),
  ]);
  http.close();
  return { journal, disturbed, seconds: Math.round((performance.now() - began) / 1000) };
}

async function acting(client: RaceClient, isOver: () => boolean, pause: () => number): Promise<void> {
  while (!isOver()) {
    await client.act();
    const milliseconds = pause();
    if (milliseconds > 0) await sleep(milliseconds);
  }
}

async function reading(
  { apis }: RacePlatform,
  { merchantId, readerToken }: RaceSalon,
  http: HttpClient,
  journal: Journal,
  isOver: () => boolean,
): Promise<void> {
  for (; !isOver(); await sleep(READ_MS)) {
    const port = pick(apis.ports) ?? 0;
    const sent = performance.now();
    const path = `/api/v1/merchants/${merchantId}/bookings?limit=5`;
    const answer = await http.send('GET', port, path, { authorization: `Bearer ${readerToken}` });
    journal.count('read', answer, apis.wasKilled(port, sent));
  }
}

/** `firstDay`: counted from the day after tomorrow. */
function wishAt({ staffIds, serviceIds }: RaceSalon, firstDay: number): Wish {
  const dice = Math.random();
  const [hot] = staffIds;
  const staffId = dice < 0.5 ? hot : dice < 0.8 ? pick(staffIds) : null;
  // Midnight in UTC is 8 in the morning in Taipei.
  const today = Math.floor(Date.now() / DAY) * DAY;
  const day = today + (2 + firstDay + Math.floor(Math.random() * DAYS_AT_A_TIME)) * DAY;
  const startsAt = day + 4 * HALF_HOUR + Math.floor(Math.random() * STARTS_A_DAY) * HALF_HOUR;
  return { serviceIds: [pick(serviceIds) ?? ''], staffId: staffId ?? null, startsAt: new Date(startsAt).toISOString() };
}
