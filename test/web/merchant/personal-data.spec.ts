import type { Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import type { Demo } from '../support/local-platform';
import { newCustomer } from '../support/new-customer';
import { expect, expectAccessible, test } from '../support/site';
import { ask, salonDay, signIn } from '../support/staff';

/** A customer of the test's own, with a visit to come, in their sheet. */
async function openSheet(page: Page, demo: Demo, name: string, startsAt: string): Promise<string> {
  const { id } = await newCustomer(demo, name);
  const [serviceIds, staffId] = [[demo.serviceIds[0]], demo.staffIds[0]];
  await ask(demo, '/bookings', { customerId: id, serviceIds, staffId, startsAt });
  await signIn(page, demo, 'merchant', '/customers');
  await page.getByLabel('姓名關鍵字').fill(name);
  await row(page, name).getByRole('button', { name: '紀錄' }).click();
  await expect(page.getByRole('dialog').getByText('已確認')).toBeVisible();
  return id;
}

const row = (page: Page, name: string) => page.getByRole('row', { name: new RegExp(name) });

const bookings = async (demo: Demo, customerId: string) =>
  (await ask<{ bookings: { status: string }[] }>(demo, `/bookings?customerId=${customerId}`)).bookings;

test('The salon hands a customer what it holds about them, as a file', async ({ page, demo }) => {
  const id = await openSheet(page, demo, '范佩珊', `${salonDay(58)}T10:00:00+08:00`);
  const arriving = page.waitForEvent('download');
  await page.getByRole('button', { name: '匯出所有資料' }).click();
  const file = await arriving;
  expect(file.suggestedFilename()).toBe(`customer-${id}.json`);
  expect(JSON.parse(await readFile(await file.path(), 'utf8'))).toMatchObject({
    data: { customer: { display_name: '范佩珊' }, bookings: [{ status: 'confirmed' }] },
  });
  await expect(page.getByText('這位顧客的所有資料已存成檔案。')).toBeVisible();
  await expectAccessible(page);
});

test('A customer is erased only when the question that names them is answered with yes, and is gone from the list', async ({
  page,
  demo,
}) => {
  const id = await openSheet(page, demo, '邱怡萱', `${salonDay(58)}T11:30:00+08:00`);
  const question = page.getByRole('alert').filter({ hasText: '要刪除邱怡萱的資料嗎？' });
  await page.getByRole('button', { name: '刪除顧客資料' }).click();
  await expect(question.getByText('未來的預約會全部取消')).toBeVisible();
  await expect(question.getByRole('button', { name: '保留' })).toBeFocused();
  await expectAccessible(page);
  await question.getByRole('button', { name: '保留' }).click();
  await expect(question).toBeHidden();
  expect(await bookings(demo, id)).toEqual([expect.objectContaining({ status: 'confirmed' })]);

  await page.getByRole('button', { name: '刪除顧客資料' }).click();
  await question.getByRole('button', { name: '永久刪除' }).click();
  await expect(page.getByText('已刪除邱怡萱的資料')).toBeVisible();
  await expect(page.getByText('已取消 1 筆未來的預約。')).toBeVisible();
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(row(page, '邱怡萱')).toHaveCount(0);
  expect(await bookings(demo, id)).toEqual([expect.objectContaining({ status: 'cancelled' })]);
});

test('An erasure that the API cannot do just now is said, and can be asked for again', async ({
  page,
  demo,
  noComplaints,
}) => {
  await openSheet(page, demo, '顏子晴', `${salonDay(58)}T14:30:00+08:00`);
  const problem = {
    type: 'about:blank',
    title: '',
    status: 503,
    code: 'customer_busy',
    detail: '',
    requestId: 'req-1',
  };
  await page.route('**/erase', (route) =>
    route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify(problem) }),
  );
  await page.getByRole('button', { name: '刪除顧客資料' }).click();
  await page.getByRole('button', { name: '永久刪除' }).click();
  await expect(page.getByText('這位顧客此刻正在預約，請再試一次。')).toBeVisible();
  await expectAccessible(page);
  await page.unroute('**/erase');
  await page.getByRole('button', { name: '永久刪除' }).click();
  await expect(page.getByText('已刪除顏子晴的資料')).toBeVisible();
  // Of the browser, about the answers above.
  expect(noComplaints.splice(0).every((complaint) => complaint.includes('503'))).toBe(true);
});
