import type { Page } from '@playwright/test';
import type { Demo } from '../support/local-platform';
import { expect, expectAccessible, test } from '../support/site';
import { type NewSalon, newSalon, signIn } from '../support/staff';

/** A salon of its own: the other tests book at the demo's, by its rules. */
let salon: NewSalon | undefined;

async function openSettings(page: Page, demo: Demo): Promise<NewSalon> {
  salon ??= await newSalon(demo, '設定美甲');
  await signIn(page, { ...demo, accounts: { ...demo.accounts, ...salon.account } }, 'merchant', '/settings');
  await expect(page.getByLabel('店名')).toHaveValue(/美甲/);
  return salon;
}

const save = (page: Page) => page.getByRole('button', { name: '儲存' }).click();

test('The salon’s rules are changed, the API is told of the changes alone, and they stay', async ({ page, demo }) => {
  const { read } = await openSettings(page, demo);
  await expect(page.getByRole('button', { name: '儲存' })).toBeDisabled();
  await page.getByLabel('店名').fill('小島美甲');
  await page.getByRole('combobox', { name: '預約起始間隔' }).click();
  await page.getByRole('option', { name: '45 分鐘' }).click();
  await expect(page.getByText('10:30, 11:15, 12:00')).toBeVisible();
  await page.getByRole('textbox', { name: '最短提前預約時間' }).fill('3');
  await page.getByLabel('最遠可預約').fill('30');
  await page.getByLabel('每位顧客的未來預約上限').fill('2');
  await page.getByLabel('由店家逐筆確認').check();
  await page.getByLabel('取消與改期期限的單位').selectOption('天');
  await page.getByRole('textbox', { name: '取消與改期期限' }).fill('2');
  await expectAccessible(page);

  const asked = page.waitForRequest((request) => request.method() === 'PATCH');
  await save(page);
  const changes = {
    name: '小島美甲',
    slotMinutes: 45,
    minNoticeMinutes: 180,
    horizonDays: 30,
    maxUpcomingPerCustomer: 2,
    confirmsAutomatically: false,
    cancelNoticeMinutes: 2880,
  };
  expect((await asked).postDataJSON()).toEqual(changes);
  await expect(page.getByText('已儲存。')).toBeVisible();
  await expect(page.getByRole('button', { name: '儲存' })).toBeDisabled();
  expect(await read()).toMatchObject(changes);

  await page.getByLabel('每位顧客的未來預約上限').fill('');
  await page.getByLabel('店名').fill('別的名字');
  await page.getByRole('button', { name: '還原' }).click();
  await expect(page.getByLabel('店名')).toHaveValue('小島美甲');
  await expect(page.getByLabel('每位顧客的未來預約上限')).toHaveValue('2');
  await page.getByLabel('每位顧客的未來預約上限').fill('');
  await save(page);
  await expect.poll(async () => (await read()).maxUpcomingPerCustomer).toBeNull();
});

test('What is not allowed is said at its field, which gets the focus, and nothing is sent', async ({ page, demo }) => {
  await openSettings(page, demo);
  let sent = false;
  await page.route('**/settings', (route) => {
    sent = true;
    return route.continue();
  });
  await page.getByLabel('店名').fill('  ');
  await page.getByLabel('顧客確認時保留時段').fill('90');
  await save(page);
  await expect(page.getByText('請輸入店名，最多 100 個字。')).toBeVisible();
  await expect(page.getByText('須為 1 到 60 分鐘。')).toBeVisible();
  await expect(page.getByLabel('店名')).toBeFocused();
  await expect(page.getByLabel('店名')).toHaveAttribute('aria-invalid', 'true');
  await expectAccessible(page);
  expect(sent).toBe(false);
});

test('Another clock is warned of, and what the API refuses is said at its field', async ({
  page,
  demo,
  noComplaints,
}) => {
  await openSettings(page, demo);
  await page.getByRole('combobox', { name: '時區' }).fill('Berlin');
  await page.getByRole('option', { name: 'Europe/Berlin' }).click();
  await expect(page.getByText(/已成立的預約時刻不變/)).toBeVisible();
  await expectAccessible(page);
  // The browser knows no zone that the API does not.
  const refusal = {
    type: 'about:blank',
    title: 'Bad Request',
    status: 400,
    code: 'unknown_time_zone',
    detail: 'body.timeZone: must be an IANA time zone',
    requestId: 'a-request',
    errors: [{ field: 'body.timeZone', value: 'Europe/Berlin', message: 'must be an IANA time zone' }],
  };
  await page.route('**/settings', (route) => route.fulfill({ status: 400, json: refusal }));
  await save(page);
  await expect(page.getByText('沒有這個時區。')).toBeVisible();
  await expect(page.getByRole('combobox', { name: '時區' })).toBeFocused();
  await expect(page.getByRole('button', { name: '儲存' })).toBeEnabled();
  // Of the browser, about the refusal.
  expect(noComplaints.splice(0)).toEqual([expect.stringContaining('400')]);
});
