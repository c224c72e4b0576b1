/** What a customer does, step by step, in words of the page. */
import type { Page } from '@playwright/test';
import type { Demo } from '../support/local-platform';
import { expect } from '../support/site';

/** Of the demo salon; all staff but one do it. */
export const SERVICE = '單色凝膠美甲';
export const SECOND_SERVICE = '凝膠卸甲';

export async function openSalon(page: Page, baseUrl: string, merchantId: string): Promise<void> {
  await page.goto(`${baseUrl}/s/${merchantId}`);
  await expect(page.getByRole('heading', { name: '想做哪些項目？' })).toBeVisible();
}

/** Chooses services and goes to the choice of times, on the `day`-th day from today. */
export async function chooseServices(page: Page, services: readonly string[], day: number): Promise<void> {
  for (const name of services) await page.getByRole('checkbox', { name }).click();
  await page.getByRole('button', { name: '選擇時間' }).click();
  await expect(page.getByRole('heading', { name: '想約什麼時間？' })).toBeVisible();
  await page.getByRole('group', { name: '日期' }).getByRole('button').nth(day).click();
}

/** Signs in where the page asks for it. */
export async function signInAs(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: `以 ${name} 繼續` }).click();
}

export const start = (page: Page, time: string) => page.getByRole('button', { name: time, exact: true });

/** A token of one of the demo's customers, by the way that the page takes. */
export async function customerToken(demo: Demo, name: string): Promise<string> {
  const settings: { demo: { customers: { name: string; idToken: string }[] } } = await json(
    `${demo.baseUrl}/site.json`,
  );
  const idToken = settings.demo.customers.find((customer) => customer.name === name)?.idToken;
  const { token }: { token: string } = await json(`${merchantUrl(demo)}/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ idToken }),
  });
  return token;
}

/** The customer's bookings that stand, as the API has them. */
export async function openBookings(demo: Demo, name: string): Promise<{ id: string; startsAt: string }[]> {
  const headers = { authorization: `Bearer ${await customerToken(demo, name)}` };
  const { bookings }: { bookings: { id: string; startsAt: string; status: string }[] } = await json(
    `${merchantUrl(demo)}/bookings?limit=200`,
    { headers },
  );
  return bookings.filter(({ status }) => ['held', 'pending', 'confirmed'].includes(status));
}

/** Holds a slot as somebody else, so that it is gone for the customer at the page. */
export async function holdAs(
  demo: Demo,
  name: string,
  slot: { startsAt: string; serviceIds: string[]; staffId: string },
): Promise<void> {
  const headers = { authorization: `Bearer ${await customerToken(demo, name)}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ ...slot, hold: true });
  // Who is not free then needs no hold.
  await fetch(`${merchantUrl(demo)}/bookings`, { method: 'POST', headers, body });
}

const merchantUrl = (demo: Demo): string => `${demo.baseUrl}/api/v1/merchants/${demo.merchantId}`;

async function json<T>(url: string, init: RequestInit = {}): Promise<T> {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`${response.status} from ${url}: ${await response.text()}`);
  const body: T = JSON.parse(await response.text());
  return body;
}
