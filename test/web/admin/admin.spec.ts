import { expect, expectAccessible, test } from '../support/site';
import { signIn } from '../support/staff';

const PAGES = ['', '/health', '/merchants', '/maintenance', '/capacity'];

test('Every page is accessible, in both languages and in both colours', async ({ page, demo }) => {
  test.slow();
  await signIn(page, demo, 'admin');
  for (const language of ['zh-Hant', 'en']) {
    for (const path of PAGES) {
      await page.goto(`${demo.baseUrl}/admin${path}`);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await page.waitForLoadState('networkidle');
      await expect(page.locator('html')).toHaveAttribute('lang', language);
      await expectAccessible(page);
    }
    if (language === 'zh-Hant') {
      await page.getByRole('button', { name: 'English' }).click();
      await page.getByRole('button', { name: 'Use dark colours' }).click();
    }
  }
});

test('A salon is added and somebody is let in, who then signs in at the merchant’s site', async ({ page, demo }) => {
  const name = `新店 ${Date.now()}`;
  const login = `owner-${Date.now()}@new.example`;
  await signIn(page, demo, 'admin', '/merchants');
  await page.getByRole('button', { name: '新增店家' }).click();
  await page.getByRole('dialog').getByLabel('店名').fill(name);
  await page.getByRole('dialog').getByRole('button', { name: '新增' }).click();
  await page.getByRole('button', { name: `${name}的帳號` }).click();
  const drawer = page.getByRole('dialog');
  await expect(drawer.getByText('還沒有人可以登入。')).toBeVisible();
  await drawer.getByLabel('帳號').fill(login);
  await drawer.getByRole('textbox', { name: '密碼' }).fill('a long enough password');
  await expectAccessible(page);
  await drawer.getByRole('button', { name: '新增' }).click();
  await expect(drawer.getByText(login)).toBeVisible();

  const accounts = { ...demo.accounts, salonLogin: login, password: 'a long enough password' };
  await page.context().clearCookies();
  await signIn(page, { ...demo, accounts }, 'merchant');
  await expect(page.getByText(name)).toBeVisible();
  await expect(page.getByText('今天沒有預約。')).toBeVisible();
});

test('A salon’s account is refused by the API itself, whatever the page shows', async ({ demo }) => {
  for (const path of ['/alerts/active', '/maintenance', '/capacity']) {
    const headers = { authorization: `Bearer ${demo.merchantToken}` };
    const response = await fetch(`${demo.baseUrl}/api/v1/admin${path}`, { headers });
    expect(response.status).toBe(403);
  }
});
