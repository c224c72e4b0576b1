import type { Browser, Page } from '@playwright/test';
import type { Demo } from '../support/local-platform';
import { expect, expectAccessible, FIRST_CUSTOMER, listen, SECOND_CUSTOMER, test } from '../support/site';
import { chooseServices, openBookings, openSalon, SERVICE, signInAs, start } from './support';

const STAFF = '林雅婷';
const TIME = '16:00';

/** A browser of one's own, signed in, about to tap a time. */
async function ready(browser: Browser, demo: Demo, name: string, complaints: string[]): Promise<Page> {
  const context = await browser.newContext();
  listen(context, complaints);
  const page = await context.newPage();
  await page.goto(`${demo.baseUrl}/s/${demo.merchantId}/visits`);
  await signInAs(page, name);
  await expect(page.getByRole('heading', { name: '我的預約' })).toBeVisible();
  await openSalon(page, demo.baseUrl, demo.merchantId);
  await chooseServices(page, [SERVICE], 8);
  await page.getByText(STAFF).click();
  await expect(start(page, TIME)).toBeVisible();
  return page;
}

test('Two customers tap the same time at once: one gets it, the other is offered what else is free and books that', async ({
  browser,
  demo,
  noComplaints,
}) => {
  const counts = async () =>
    Promise.all([FIRST_CUSTOMER, SECOND_CUSTOMER].map(async (name) => (await openBookings(demo, name)).length));
  const before = await counts();
  const pages = await Promise.all(
    [FIRST_CUSTOMER, SECOND_CUSTOMER].map((name) => ready(browser, demo, name, noComplaints)),
  );
  await Promise.all(pages.map((page) => start(page, TIME).click()));
  const outcomes = await Promise.all(
    pages.map(async (page) => {
      const held = page.getByRole('timer');
      const lost = page.getByText('這個時段剛剛被預約了，以下時間還有空：');
      await expect(held.or(lost)).toBeVisible();
      return { page, won: await held.isVisible() };
    }),
  );
  expect(outcomes.filter(({ won }) => won)).toHaveLength(1);
  const winner = outcomes.find(({ won }) => won)?.page;
  const loser = outcomes.find(({ won }) => !won)?.page;
  if (!winner || !loser) throw new Error('One wins and one loses');

  await expectAccessible(loser);
  const alternative = loser.getByRole('alert').getByRole('button').first();
  await expect(alternative).toContainText(/\d\d:\d\d/);
  await alternative.click();
  await expect(loser.getByRole('timer')).toBeVisible();
  for (const page of [winner, loser]) {
    await page.getByRole('button', { name: '確定預約' }).click();
    await expect(page.getByText('預約成功！')).toBeVisible();
  }
  await expect(winner.getByText(`${TIME}–17:00`)).toBeVisible();
  expect(await counts()).toEqual(before.map((count) => count + 1));
  await Promise.all(pages.map((page) => page.context().close()));
});
