/** Who races for what: all clients at once, for overlapping slots of few days, half of the time for one staff member. */
import { setTimeout as sleep } from 'node:timers/promises';
import { EXPECTED, pick, RaceClient, type Wish } from './client';
import { HttpClient } from './http-client';
import { Journal } from './journal';
import type { RacePlatform, RaceSalon } from './platform';

const DAY = 24 * 60 * 60_000;
const HALF_HOUR = 30 * 60_000;

/** The race is about three days at a time, and moves on before they are full: some have slots, others want them. */
const DAYS_AT_A_TIME = 3;
const WISHES_A_DAY = 160;

/** Within the salons' horizon of a year. */
const DAYS = 350;

/** 10:00 to 20:00 in Taipei: the longest visit still fits before 22:00. */
const STARTS_A_DAY = 21;

export async function race(platform: RacePlatform, seconds: number): Promise<Journal> {
  const journal = new Journal(EXPECTED);
  const http = new HttpClient();
  const started = performance.now();
  let wishes = 0;
  const day = () => Math.floor(++wishes / WISHES_A_DAY) % DAYS;
  const clients = platform.salons.flatMap((salon) =>
    salon.customers.map(
      ({ customerId, token }) =>
        new RaceClient({
          name: `c${customerId}`,
          salon,
          token,
          ports: platform.ports,
          http,
          journal,
          wish: () => wishAt(salon, day()),
        }),
    ),
  );
  await Promise.all(
    clients.map(async (client) => {
      while (performance.now() - started < seconds * 1000) {
        await client.act();
        // People pause; without it a client that is answered fast would be most of the race.
        if (Math.random() < 0.1) await sleep(Math.random() * 20);
      }
    }),
  );
  http.close();
  return journal;
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
