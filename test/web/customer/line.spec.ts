import type { Page } from '@playwright/test';
import { expect, test } from '../support/site';
import { openSalon } from './support';

const LIFF = '1650000001-demo';

/**
 * Takes the place of LINE's own program, which works with LINE's servers only; the ID token is one of the stand-in's. Any page that is not
 * the site's takes the place of LINE's page to sign in at.
 */
async function replaceLiff(page: Page, { loggedIn, idToken }: { loggedIn: boolean; idToken: string }): Promise<void> {
  const body = `export default {
    init: async ({ liffId }) => { if (liffId !== '${LIFF}') throw new Error('another app: ' + liffId); },
    isLoggedIn: () => ${loggedIn},
    getIDToken: () => '${idToken}',
    login: ({ redirectUri }) => { location.href = '/health?back=' + encodeURIComponent(redirectUri); },
  };`;
  await page.route('**/assets/liff-*.js', (route) => route.fulfill({ contentType: 'text/javascript', body }));
}

async function newIdToken(lineUrl: string, name: string): Promise<string> {
  const body = JSON.stringify({ userId: 'U00000000000000000000000000000042', name });
  const answer = await fetch(`${lineUrl}/id-tokens`, { method: 'POST', body });
  const { idToken }: { idToken: string } = JSON.parse(await answer.text());
  return idToken;
}

test('In LINE the customer is signed in without being asked, and stays so on the way through the site', async ({
  page,
  demo,
}) => {
  await replaceLiff(page, { loggedIn: true, idToken: await newIdToken(demo.lineUrl, '周杰') });
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
