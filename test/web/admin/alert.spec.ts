import { AlertPlatform } from '../support/alert-platform';
import { expect, expectAccessible, test } from '../support/site';

/** Rounds of alerts are half a second apart there; the page asks every five. */
const SOON = { timeout: 30_000 };

let platform: AlertPlatform;
test.beforeAll(async () => {
  platform = await AlertPlatform.start();
});
test.afterAll(() => platform.stop());

test('An admin sees a real alert appear, looks after it, and sees it go', async ({ page, demo }) => {
  test.slow();
  await platform.answerFor(page);
  await page.goto(`${demo.baseUrl}/admin`);
  await page.getByLabel('帳號').fill(platform.login);
  await page.getByLabel('密碼', { exact: true }).fill(platform.password);
  await page.getByRole('button', { name: '登入' }).click();
  await expect(page.getByText('目前一切正常。')).toBeVisible();

  await platform.do('break');
  const title = page.getByText('防止重複預約的限制失效').first();
  await expect(title).toBeVisible(SOON);
  await expect(page.getByText('docs/runbooks/overlap-guard.md')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: '由我處理' }).click();
  await expect(page.getByText(/處理中/)).toBeVisible();

  await platform.do('repair');
  await expect(page.getByText('目前一切正常。')).toBeVisible(SOON);
  const row = page.getByRole('row', { name: /防止重複預約的限制失效/ });
  await expect(row).toBeVisible();
  await expect(row).not.toContainText('持續中');
});
