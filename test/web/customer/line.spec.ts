import { newIdToken } from '../support/new-customer';
import { expect, test } from '../support/site';
import { LIFF, replaceLiff } from './liff';
import { openSalon } from './support';

test('In LINE the customer is signed in without being asked, and stays so on the way through the site', async ({
  page,
  demo,
}) => {
  await replaceLiff(page, { loggedIn: true, idToken: await newIdToken(demo, '周杰') });
  await page.goto(`${demo.baseUrl}/s/${demo.merchantId}?liff=${LIFF}`);
  await page.getByRole('link', { name: '我的預約' }).click();
  await expect(page.getByText('您在這家店目前沒有預約。')).toBeVisible();
  await page.reload();
  await expect(page.getByText('您在這家店目前沒有預約。')).toBeVisible();
});

test("In another browser LINE's own page is asked, which leads back to this one", async ({ page, demo }) => {
  await replaceLiff(page, { loggedIn: false, idToken: '' });
  const address = `${demo.baseUrl}/s/${demo.merchantId}/visits?liff=${LIFF}`;
  await page.goto(address);
  await expect(page).toHaveURL(`${demo.baseUrl}/health?back=${encodeURIComponent(address)}`);
});

test('An ID token that LINE does not vouch for is refused, and said so', async ({ page, demo }) => {
  await replaceLiff(page, { loggedIn: true, idToken: 'made-up' });
  await page.goto(`${demo.baseUrl}/s/${demo.merchantId}/visits?liff=${LIFF}`);
  await expect(page.getByText('LINE 無法確認您的身分，請從 LINE 重新開啟。')).toBeVisible();
  await expect(page.getByRole('button', { name: '使用 LINE 登入' })).toBeVisible();
});

test("LINE's program is not loaded where nobody came from LINE", async ({ page, demo }) => {
  const loaded: string[] = [];
  page.on('request', (request) => loaded.push(request.url()));
  await openSalon(page, demo.baseUrl, demo.merchantId);
  expect(loaded.filter((url) => /liff/.test(url))).toEqual([]);
});
