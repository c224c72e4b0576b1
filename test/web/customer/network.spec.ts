import type { Page, Route } from '@playwright/test';
import type { Demo } from '../support/local-platform';
import { expect, FIRST_CUSTOMER, test } from '../support/site';
import { chooseServices, openBookings, openSalon, SERVICE, signInAs, start } from './support';

async function chooseTime(page: Page, demo: Demo, time: string): Promise<void> {
  await openSalon(page, demo.baseUrl, demo.merchantId);
  await chooseServices(page, [SERVICE], 9);
  await start(page, time).click();
  await signInAs(page, FIRST_CUSTOMER);
}

/** The request arrives, but its answer gets lost. */
async function loseAnswer(route: Route): Promise<void> {
  await route.fetch();
  await route.abort('connectionreset');
}

test('Without a network the page says so, keeps what was chosen, and goes on when it is back', async ({
  page,
  context,
  demo,
}) => {
  await chooseTime(page, demo, '10:00');
  await expect(page.getByRole('timer')).toBeVisible();
  await context.setOffline(true);
  await page.getByRole('button', { name: '確定預約' }).click();
  await expect(page.getByText('目前沒有網路')).toBeVisible();
  await expect(page.getByText('10:00–11:00')).toBeVisible();
  await context.setOffline(false);
  await expect(page.getByText('預約成功！')).toBeVisible();
});

test('When answers get lost the requests are repeated, and the visit is booked once', async ({ page, demo }) => {
  const before = await openBookings(demo, FIRST_CUSTOMER);
  await page.route('**/bookings', loseAnswer, { times: 1 });
  await page.route('**/confirm', loseAnswer, { times: 1 });
  await chooseTime(page, demo, '12:00');
  await page.getByRole('button', { name: '確定預約' }).click();
  await expect(page.getByText('預約成功！')).toBeVisible();
  expect(await openBookings(demo, FIRST_CUSTOMER)).toHaveLength(before.length + 1);
});

test('When the API stays away the customer can try again, and nothing that was chosen is lost', async ({
  page,
  demo,
}) => {
  await page.route('**/availability*', (route) => route.abort('connectionrefused'));
  await openSalon(page, demo.baseUrl, demo.merchantId);
  await page.getByRole('checkbox', { name: SERVICE }).click();
  await page.getByRole('button', { name: '選擇時間' }).click();
  await expect(page.getByText('沒有收到回應，您的選擇都還在。')).toBeVisible();
  await page.unroute('**/availability*');
  await page.getByRole('button', { name: '再試一次' }).click();
  await page.getByRole('group', { name: '日期' }).getByRole('button').nth(9).click();
  await expect(start(page, '14:00')).toBeVisible();
});
