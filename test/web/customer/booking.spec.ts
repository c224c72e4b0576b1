import { expect, expectAccessible, FIRST_CUSTOMER, test } from '../support/site';
import { chooseServices, openSalon, SECOND_SERVICE, SERVICE, signInAs, start } from './support';

test('A customer finds the salon, books two services with anyone, sees the booking, moves it and cancels it', async ({
  page,
  demo,
}) => {
  await page.goto(demo.baseUrl);
  await page.getByRole('searchbox', { name: '搜尋店家' }).fill('小樹');
  await expectAccessible(page);
  await page.getByRole('link', { name: '小樹美甲 中山店' }).click();
  await expect(page.getByText('60 分鐘')).toBeVisible();
  await expectAccessible(page);

  await chooseServices(page, [SERVICE, SECOND_SERVICE], 3);
  await expectAccessible(page);
  await start(page, '15:00').click();
  await expectAccessible(page);
  await signInAs(page, FIRST_CUSTOMER);

  await expect(page.getByRole('timer')).toHaveText(/為您保留中，剩餘 [4-9]:\d\d/);
  await expect(page.getByText('15:00–16:30')).toBeVisible();
  await expect(page.getByText('NT$1,400')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: '確定預約' }).click();

  await expect(page.getByText('預約成功！')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('link', { name: '更改時間' }).click();
  await page.getByRole('group', { name: '日期' }).getByRole('button').nth(4).click();
  await start(page, '11:00').click();
  await page.getByRole('button', { name: '確定改期' }).click();
  await expect(page.getByText('已改期。')).toBeVisible();
  await expect(page.getByText('11:00–12:30')).toBeVisible();

  await page.getByRole('button', { name: '取消預約' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: '確定取消' }).click();
  await expect(page.getByText('已取消')).toBeVisible();

  await page.getByRole('link', { name: '返回' }).click();
  await expect(page.getByRole('heading', { name: '我的預約' })).toBeVisible();
  await expect(page.getByRole('link', { name: /11:00.*已取消/ })).toBeVisible();
  await expectAccessible(page);
});

test('Times are those of the salon, wherever the phone is', async ({ page, demo }) => {
  await openSalon(page, demo.baseUrl, demo.merchantId);
  await chooseServices(page, [SERVICE], 5);
  // The salon opens at 10:00 in Taipei, 2:00 in London.
  await expect(page.getByRole('region', { name: '上午' }).getByRole('button').first()).toHaveText('10:00');
  await expect(page.getByText('Asia/Taipei')).toBeVisible();
});

test('What was chosen is still there when the page is loaded anew', async ({ page, demo }) => {
  await openSalon(page, demo.baseUrl, demo.merchantId);
  await chooseServices(page, [SERVICE], 6);
  await start(page, '10:00').click();
  await signInAs(page, FIRST_CUSTOMER);
  await expect(page.getByRole('timer')).toBeVisible();
  await page.reload();
  await expect(page.getByRole('timer')).toBeVisible();
  await expect(page.getByText('10:00–11:00')).toBeVisible();
  await page.getByRole('button', { name: '選擇其他時間' }).click();
  await expect(start(page, '10:00')).toBeVisible();
});

test('A hold that ran out says so, and the time can be kept again', async ({ page, demo }) => {
  await page.clock.install();
  await openSalon(page, demo.baseUrl, demo.merchantId);
  await chooseServices(page, [SERVICE], 7);
  await start(page, '10:00').click();
  await signInAs(page, FIRST_CUSTOMER);
  await expect(page.getByRole('timer')).toBeVisible();
  await page.clock.fastForward('10:01');
  await expect(page.getByText('保留時間已過。')).toBeVisible();
  await expectAccessible(page);
  await page.clock.setSystemTime(new Date());
  await page.getByRole('button', { name: '再次保留' }).click();
  await expect(page.getByRole('timer')).toBeVisible();
});

test('In English everything is English, and a choice of language stays', async ({ page, demo }) => {
  await openSalon(page, demo.baseUrl, demo.merchantId);
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.getByRole('heading', { name: 'What would you like?' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { name: 'What would you like?' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expectAccessible(page);
});

test('Dark colours are as readable as light ones', async ({ page, demo }) => {
  await openSalon(page, demo.baseUrl, demo.merchantId);
  await page.getByRole('button', { name: '使用深色' }).click();
  await page.getByRole('checkbox', { name: SERVICE }).click();
  await expectAccessible(page);
  await page.getByRole('button', { name: '選擇時間' }).click();
  await expect(page.getByRole('group', { name: '日期' })).toBeVisible();
  await expectAccessible(page);
});

test('An address that leads nowhere says so', async ({ page, demo }) => {
  await page.goto(`${demo.baseUrl}/nowhere`);
  await expect(page.getByRole('heading', { name: '找不到這個頁面。' })).toBeVisible();
  await expectAccessible(page);
});
