import { expect, expectAccessible, expectToFit, test } from '../support/site';
import { ask, book, type Booking, CUSTOMER, freeDay, MEMBER, signIn } from '../support/staff';

/** As narrow as WCAG 2.2 asks for (1.4.10). */
test.use({ viewport: { width: 320, height: 740 }, hasTouch: true, isMobile: true });

test('Every page fits a narrow phone', async ({ page, demo }) => {
  test.slow();
  await book(demo, await freeDay(demo), '10:00');
  await signIn(page, demo, 'merchant');
  const pages = ['', '/calendar', '/calendar?view=week', '/customers', '/staff', '/services', '/hours', '/settings'];
  for (const path of [...pages, '/why', '/line', '/notifications']) {
    await page.goto(`${demo.baseUrl}/merchant${path}`);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await page.waitForLoadState('networkidle');
    await expectToFit(page);
    await expectAccessible(page);
  }
});

test('The closed menu is out of the keyboard’s way; open, it leads on and closes with Escape', async ({
  page,
  demo,
}) => {
  await signIn(page, demo, 'merchant');
  const menu = page.getByRole('button', { name: '選單' });
  await expect(page.getByRole('link', { name: '店家設定' })).toHaveCount(0);
  await expect(page.getByRole('link', { name: '開啟行事曆' })).toBeVisible();
  await menu.focus();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: '開啟行事曆' })).toBeFocused();
  await menu.tap();
  await expect(page.getByRole('link', { name: '店家設定' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('link', { name: '店家設定' })).toHaveCount(0);
  await menu.tap();
  await page.getByRole('link', { name: '店家設定' }).tap();
  await expect(page.getByRole('heading', { name: '店家設定', level: 1 })).toBeVisible();
});

test('A table’s row stands by itself, with every column and its button in reach', async ({ page, demo }) => {
  await signIn(page, demo, 'merchant', '/customers');
  const row = page.getByRole('row', { name: new RegExp(CUSTOMER) });
  await expect(row.getByRole('cell')).toHaveCount(4);
  await row.getByRole('button', { name: '紀錄' }).tap();
  await expect(page.getByRole('dialog').getByText('來店次數')).toBeVisible();
});

test('A booking is moved by touch', async ({ page, demo }) => {
  const day = await freeDay(demo);
  const booking = await book(demo, day, '10:00');
  await signIn(page, demo, 'merchant', `/calendar?date=${day}`);
  await expect(page.getByText('點選預約即可改期或換人')).toBeVisible();
  await page.getByRole('button', { name: new RegExp(`^10:00 ?${CUSTOMER}`) }).tap();
  const sheet = page.getByRole('dialog');
  await expect(sheet.getByText(MEMBER).first()).toBeVisible();
  await sheet.getByRole('group', { name: '當天空檔' }).getByRole('button', { name: '16:00' }).tap();
  await expect(sheet.getByLabel('時間')).toHaveValue('16:00');
  await expectAccessible(page);
  await sheet.getByRole('button', { name: '改期' }).tap();
  await expect(page.getByText('已改期。')).toBeVisible();
  const moved = await ask<Booking>(demo, `/bookings/${booking.id}`);
  expect(moved).toMatchObject({ startsAt: `${day}T08:00:00.000Z` });
});
