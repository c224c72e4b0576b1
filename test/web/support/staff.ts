/** What the tests of the salons' and admins' sites begin with: signed in, and with bookings to work on. */
import type { Cookie, Page } from '@playwright/test';
import type { Demo } from './local-platform';
import { expect } from './site';

const DAY_MS = 24 * 60 * 60_000;
const TAIPEI_MS = 8 * 60 * 60_000;

/** The first of them works every day from 10:00 to 20:00 with a break at 13:00. */
export const MEMBER = '林雅婷';
export const SERVICE = '單色凝膠美甲';
export const CUSTOMER = '王小美';

/** By login: what sign-in left in the browser. Signing in with the password in every test would soon be taken for guessing. */
const cookies = new Map<string, Cookie[]>();

/** With the password at first, then as a browser does that was there before. */
export async function signIn(page: Page, demo: Demo, site: 'merchant' | 'admin', path = ''): Promise<void> {
  const { salonLogin, adminLogin, password } = demo.accounts;
  const login = site === 'admin' ? adminLogin : salonLogin;
  const known = cookies.get(login);
  if (known) await page.context().addCookies(known);
  await page.goto(`${demo.baseUrl}/${site}${path}`);
  if (!known) {
    await page.getByLabel('帳號').fill(login);
    await page.getByLabel('密碼', { exact: true }).fill(password);
    await page.getByRole('button', { name: '登入' }).click();
  }
  // The head, which the page to sign in at has not.
  await expect(page.getByRole('banner')).toBeVisible();
  cookies.set(login, await page.context().cookies(`${demo.baseUrl}/api/v1/sessions`));
}

/** The local date so many days from today in Taipei. */
export function salonDay(days: number): string {
  return new Date(Date.now() + TAIPEI_MS + days * DAY_MS).toISOString().slice(0, 10);
}

export interface Booking {
  id: string;
  startsAt: string;
  staffId: string;
  status: string;
  squeezedIn: boolean;
}

/** As the salon's staff. */
export async function ask<T>(demo: Demo, path: string, body?: object): Promise<T> {
  const response = await fetch(`${demo.baseUrl}/api/v1/merchants/${demo.merchantId}${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${demo.merchantToken}`, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  const answer: T = await response.json();
  return answer;
}

/** Books an hour of the first service with the first staff member (or another) for the demo's first customer. */
export async function book(demo: Demo, day: string, time: string, staff = 0): Promise<Booking> {
  const found = await ask<{ customers: { id: string }[] }>(demo, `/customers?search=${encodeURIComponent(CUSTOMER)}`);
  return ask<Booking>(demo, '/bookings', {
    customerId: found.customers[0]?.id,
    serviceIds: [demo.serviceIds[0]],
    staffId: demo.staffIds[staff],
    startsAt: `${day}T${time}:00+08:00`,
  });
}

/** A day on which nothing is booked yet, some weeks ahead and well apart from those of other tests. `weekday`: 0 is Sunday. */
export async function freeDay(demo: Demo, weekday?: number): Promise<string> {
  for (let days = 35; days < 58; days++) {
    const day = salonDay(days);
    if (weekday !== undefined && new Date(day).getUTCDay() !== weekday) continue;
    const { bookings } = await ask<{ bookings: Booking[] }>(demo, bookingsOf(day));
    if (bookings.length === 0) return day;
  }
  throw new Error('Every day has a booking: delete the data of the platform');
}

export const bookingsOf = (day: string): string => `/bookings?from=${day}T00:00:00%2B08:00&to=${day}T23:59:00%2B08:00`;

export interface NewSalon {
  /** Of `demo.accounts`. */
  account: { salonLogin: string; password: string };
  /** What is set up there, as the API has it. */
  read: () => Promise<Record<string, unknown>>;
}

/** A salon with nothing but a name and an account. */
export async function newSalon(demo: Demo, name: string): Promise<NewSalon> {
  const account = { salonLogin: `owner-${Date.now()}@new.example`, password: 'a long enough password' };
  const headers = { authorization: `Bearer ${demo.adminToken}`, 'content-type': 'application/json' };
  const call = async <T>(path: string, body?: object): Promise<T> => {
    const request = body ? { method: 'POST', body: JSON.stringify(body) } : {};
    const response = await fetch(`${demo.baseUrl}/api/v1/merchants${path}`, { headers, ...request });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    const answer: T = await response.json();
    return answer;
  };
  const { id } = await call<{ id: string }>('', { name });
  await call(`/${id}/accounts`, { login: account.salonLogin, password: account.password });
  const read = async () => (await call<{ settings: Record<string, unknown> }>(`/${id}/configuration`)).settings;
  return { account, read };
}
