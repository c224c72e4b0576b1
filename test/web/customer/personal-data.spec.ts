import type { Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import type { Demo } from '../support/local-platform';
import { newCustomer } from '../support/new-customer';
import { expect, expectAccessible, expectToFit, test } from '../support/site';
import { ask, salonDay } from '../support/staff';
import { LIFF, replaceLiff } from './liff';

const NAME = '高雅';

/** A customer of the test's own, with a visit to come, at the page by the way that LINE leads. */
async function openData(page: Page, demo: Demo, startsAt: string): Promise<string> {
  const { id, idToken } = await newCustomer(demo, NAME);
  const [serviceIds, staffId] = [[demo.serviceIds[0]], demo.staffIds[0]];
  await ask(demo, '/bookings', { customerId: id, serviceIds, staffId, startsAt });
  await replaceLiff(page, { loggedIn: true, idToken });
  await page.goto(`${demo.baseUrl}/s/${demo.merchantId}/visits?liff=${LIFF}`);
  await page.getByRole('link', { name: '我的資料' }).click();
  await expect(page.getByText('保留 5 年')).toBeVisible();
  return id;
}

interface Held {
  data: { customer: { id: number; display_name: string }; bookings: { status: string }[] };
}

const upcoming = (demo: Demo, customerId: string) =>
  ask<{ bookings: { status: string }[] }>(
    demo,
    `/bookings?customerId=${customerId}&from=${salonDay(0)}T00:00:00%2B08:00`,
  );

test('A customer takes away what the salon holds, as a file, or copied where files are not kept', async ({
  page,
  context,
  demo,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const id = await openData(page, demo, `${salonDay(59)}T10:00:00+08:00`);
  await expectAccessible(page);
  const arriving = page.waitForEvent('download');
  await page.getByRole('button', { name: '下載我的資料' }).click();
  const file = await arriving;
  expect(file.suggestedFilename()).toBe(`customer-${id}.json`);
  const text = await readFile(await file.path(), 'utf8');
  const { data }: Held = JSON.parse(text);
  expect(data.customer.display_name).toBe(NAME);
  expect(data.bookings).toEqual([expect.objectContaining({ status: 'confirmed' })]);
  await page.getByRole('button', { name: '複製', exact: true }).click();
  await expect(page.getByRole('button', { name: '已複製' })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(text);
  await expectAccessible(page);
  await page.setViewportSize({ width: 320, height: 640 });
  await expectToFit(page);
});

test('Who does not confirm the erasure stays, and who does is signed out for good, with nothing left to come', async ({
  page,
  demo,
}) => {
  const id = await openData(page, demo, `${salonDay(59)}T11:30:00+08:00`);
  const dialog = page.getByRole('dialog', { name: '要刪除您的資料嗎？' });
  await page.getByRole('button', { name: '刪除我的資料' }).click();
  await expect(dialog.getByText('未來預約會全部取消')).toBeVisible();
  await expect(dialog.getByText('無法復原')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: '保留資料' }).click();
  await expect(dialog).toBeHidden();
  expect((await upcoming(demo, id)).bookings).toEqual([expect.objectContaining({ status: 'confirmed' })]);

  await page.getByRole('button', { name: '刪除我的資料' }).click();
  await page.getByRole('button', { name: '永久刪除' }).click();
  await expect(page.getByRole('heading', { name: '您的資料已刪除' })).toBeFocused();
  await expectAccessible(page);
  expect((await upcoming(demo, id)).bookings).toEqual([expect.objectContaining({ status: 'cancelled' })]);
  expect(await ask(demo, `/customers?search=${encodeURIComponent(NAME)}`)).not.toMatchObject({ customers: [{ id }] });

  // LINE would vouch for them again at once, and the salon would have a new customer.
  await page.reload();
  await expect(page.getByRole('heading', { name: '您的資料已刪除' })).toBeVisible();
  await page.goto(`${demo.baseUrl}/s/${demo.merchantId}/visits`);
  await page.getByRole('button', { name: '使用 LINE 登入' }).click();
  await expect(page.getByText('您在這家店目前沒有預約。')).toBeVisible();
  await page.getByRole('link', { name: '我的資料' }).click();
  await expect(page.getByRole('button', { name: '下載我的資料' })).toBeVisible();
});

test('An erasure whose answer got lost is over when it is asked for again, and makes nobody a new customer', async ({
  page,
  demo,
}) => {
  const signIns: string[] = [];
  page.on('request', (request) => {
    if (request.url().endsWith('/sessions')) signIns.push(request.url());
  });
  await openData(page, demo, `${salonDay(59)}T14:30:00+08:00`);
  await page.route(
    '**/erase',
    async (route) => {
      await route.fetch();
      await route.abort('connectionreset');
    },
    { times: 1 },
  );
  await page.getByRole('button', { name: '刪除我的資料' }).click();
  await page.getByRole('button', { name: '永久刪除' }).click();
  await expect(page.getByRole('heading', { name: '您的資料已刪除' })).toBeVisible();
  await page.waitForLoadState('networkidle');
  expect(signIns).toHaveLength(1);
});

test('What the API cannot do just now is said, can be tried again, and loses nothing', async ({
  page,
  demo,
  noComplaints,
}) => {
  await openData(page, demo, `${salonDay(59)}T16:00:00+08:00`);
  const refuse = (status: number, code: string) => ({
    status,
    contentType: 'application/problem+json',
    body: JSON.stringify({ type: 'about:blank', title: '', status, code, detail: code, requestId: 'req-1' }),
  });
  await page.route('**/export', (route) => route.fulfill(refuse(500, 'internal_error')), { times: 1 });
  await page.getByRole('button', { name: '下載我的資料' }).click();
  await expect(page.getByRole('alert').getByText('系統發生錯誤。')).toBeVisible();
  await expectAccessible(page);

  await page.route('**/erase', (route) => route.fulfill(refuse(503, 'customer_busy')));
  await page.getByRole('button', { name: '刪除我的資料' }).click();
  await page.getByRole('button', { name: '永久刪除' }).click();
  await expect(page.getByRole('alert').getByText('請再試一次。')).toBeVisible();
  await expectAccessible(page);
  await page.unroute('**/erase');
  await page.getByRole('button', { name: '永久刪除' }).click();
  await expect(page.getByRole('heading', { name: '您的資料已刪除' })).toBeVisible();
  // Of the browser, about the answers above.
  expect(noComplaints.splice(0).every((complaint) => /status of 50[03]/.test(complaint))).toBe(true);
});
