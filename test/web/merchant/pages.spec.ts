import { expect, expectAccessible, test } from '../support/site';
import { ask, book, CUSTOMER, freeDay, MEMBER, signIn } from '../support/staff';

const PAGES = [
  '',
  '/calendar',
  '/calendar?view=week',
  '/customers',
  '/staff',
  '/services',
  '/hours',
  '/settings',
  '/why',
  '/line',
  '/notifications',
];

for (const path of PAGES) {
  test(`The page ${path || '/'} is accessible, in light Chinese and in dark English`, async ({ page, demo }) => {
    await signIn(page, demo, 'merchant');
    await page.goto(`${demo.baseUrl}/merchant${path}`);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await page.waitForLoadState('networkidle');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('button', { name: 'Use dark colours' }).click();
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
    await expectAccessible(page);
  });
}

test('A wrong password is refused, a right one is remembered by the browser, and no token lies in its storage', async ({
  page,
  demo,
}) => {
  await page.goto(`${demo.baseUrl}/merchant`);
  await page.getByLabel('帳號').fill(demo.accounts.salonLogin);
  await page.getByLabel('密碼', { exact: true }).fill('not the password');
  await page.getByRole('button', { name: '登入' }).click();
  await expect(page.getByText('帳號或密碼不正確。')).toBeVisible();
  await expectAccessible(page);
  await signIn(page, demo, 'merchant');
  await page.reload();
  await expect(page.getByRole('heading', { name: '今日', level: 1 })).toBeVisible();
  const kept = await page.evaluate(() =>
    JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage), document.cookie]),
  );
  expect(kept).not.toMatch(/eyJ|token|session/i);
  await page.getByRole('button', { name: '登出' }).click();
  await page.reload();
  await expect(page.getByRole('button', { name: '登入' })).toBeVisible();
});

test('An admin’s account is told that this is another site', async ({ page, demo }) => {
  await page.goto(`${demo.baseUrl}/merchant`);
  await page.getByLabel('帳號').fill(demo.accounts.adminLogin);
  await page.getByLabel('密碼', { exact: true }).fill(demo.accounts.password);
  await page.getByRole('button', { name: '登入' }).click();
  await expect(page.getByText('這個帳號屬於另一個網站')).toBeVisible();
});

test('“Why is 15:00 not free?” is answered in the reader’s language', async ({ page, demo }) => {
  const day = await freeDay(demo);
  await book(demo, day, '15:00');
  await signIn(page, demo, 'merchant', '/why');
  await page.getByLabel('日期').fill(day);
  await page.getByLabel('時間').fill('15:00');
  await page.getByRole('combobox', { name: '美甲師' }).click();
  await page.getByRole('option', { name: MEMBER }).click();
  await page.getByRole('button', { name: '查詢原因' }).click();
  await expect(page.getByText(`美甲師在這段時間已有安排：${day} 15:00 至 ${day} 16:10`)).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.getByText(`the staff member is busy from ${day} 15:00 to ${day} 16:10`)).toBeVisible();
});

test('A holiday that meets bookings names them', async ({ page, demo }) => {
  const day = await freeDay(demo);
  await book(demo, day, '16:00');
  await signIn(page, demo, 'merchant', '/hours');
  await page.getByLabel('日期').fill(day);
  await page.getByLabel('原因').fill('員工旅遊');
  await page.getByRole('button', { name: '新增', exact: true }).click();
  await expect(page.getByText('有 1 筆預約不再符合設定')).toBeVisible();
  await expect(page.getByRole('cell', { name: '員工旅遊' })).toBeVisible();
  await page
    .getByRole('row', { name: /員工旅遊/ })
    .getByRole('button', { name: '移除' })
    .click();
  await expect(page.getByText('員工旅遊')).toHaveCount(0);
});

test('A service and a staff member’s break are changed, and the API has them', async ({ page, demo }) => {
  await signIn(page, demo, 'merchant', '/services');
  await page.getByRole('button', { name: '新增服務' }).click();
  await page.getByLabel('名稱').fill('貓眼凝膠');
  await page.getByLabel('價格（NT$）').fill('1500');
  await page.getByRole('button', { name: '儲存' }).click();
  await expect(page.getByRole('cell', { name: '貓眼凝膠' }).first()).toBeVisible();
  await page.goto(`${demo.baseUrl}/merchant/staff`);
  await page.getByRole('button', { name: '修改黃詩涵' }).click();
  await page.getByRole('tab', { name: '休息時間' }).click();
  await page.getByRole('textbox', { name: '週一結束' }).fill('16:45');
  await expectAccessible(page);
  await page.getByRole('button', { name: '儲存' }).click();
  await expect(page.getByText('已儲存。')).toBeVisible();
  interface Configuration {
    services: { name: string; price: number }[];
    staff: { name: string; breaks: { weekday: number; to: string }[] }[];
  }
  const { services, staff } = await ask<Configuration>(demo, '/configuration');
  expect(services).toContainEqual(expect.objectContaining({ name: '貓眼凝膠', price: 1500 }));
  const breaks = staff.find(({ name }) => name === '黃詩涵')?.breaks;
  expect(breaks?.find(({ weekday }) => weekday === 1)?.to).toBe('16:45');
});

test('A customer’s history is shown, and a test message reaches them', async ({ page, demo }) => {
  await book(demo, await freeDay(demo), '11:00');
  await signIn(page, demo, 'merchant', '/customers');
  await page.getByLabel('姓名關鍵字').fill(CUSTOMER);
  await page
    .getByRole('row', { name: new RegExp(CUSTOMER) })
    .getByRole('button', { name: '紀錄' })
    .click();
  await expect(page.getByRole('dialog').getByText('已確認').first()).toBeVisible();
  await expectAccessible(page);
  await page.goto(`${demo.baseUrl}/merchant/line`);
  await page.getByRole('combobox', { name: '顧客' }).click();
  await page.getByRole('option', { name: CUSTOMER }).click();
  await page.getByRole('button', { name: '傳送' }).click();
  await expect(page.getByText('LINE 已收下訊息：')).toBeVisible();
  const pushes = await (await fetch(`${demo.lineUrl}/pushes`)).text();
  expect(pushes).toContain('測試訊息');
});
