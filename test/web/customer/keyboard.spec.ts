import type { Locator, Page } from '@playwright/test';
import { expect, FIRST_CUSTOMER, test } from '../support/site';
import { openSalon, SERVICE, start } from './support';

const MOST_STOPS = 60;

/** Presses Tab until the focus is where it is wanted. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('The keyboard does not get there');
}

test('A visit is booked with the keyboard alone', async ({ page, demo }) => {
  await openSalon(page, demo.baseUrl, demo.merchantId);
  await tabTo(page, page.getByRole('checkbox', { name: SERVICE }));
  await page.keyboard.press('Space');
  await tabTo(page, page.getByRole('button', { name: '選擇時間' }));
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByRole('group', { name: '日期' }).getByRole('button').nth(10));
  await page.keyboard.press('Enter');
  await tabTo(page, start(page, '15:00'));
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByRole('button', { name: `以 ${FIRST_CUSTOMER} 繼續` }));
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByRole('button', { name: '確定預約' }));
  await page.keyboard.press('Enter');
  await expect(page.getByText('預約成功！')).toBeVisible();
});
