import { expect, expectAccessible, test } from '../support/site';
import { signIn } from '../support/staff';

const PAGES = ['', '/health', '/merchants', '/releases', '/maintenance', '/capacity'];

for (const path of PAGES) {
  test(`The page ${path || '/'} is accessible, in light Chinese and in dark English`, async ({ page, demo }) => {
    await signIn(page, demo, 'admin');
    await page.goto(`${demo.baseUrl}/admin${path}`);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await page.waitForLoadState('networkidle');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('button', { name: 'Use dark colours' }).click();
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
    await expectAccessible(page);
  });
}

test('A release that was rolled back says why, and what both sides did', async ({ page, demo }) => {
  const figures = { requests: 12_000, errors: 6, p95Seconds: 0.142, bookings: 410 };
  const release = {
    id: 'TFX5sH9q9XDboDTOv0rIt',
    environment: 'production',
    deploymentArn: 'arn:aws:ecs:ap-northeast-1:111111111111:service-deployment/nailbook/api/TFX5sH9q9XDboDTOv0rIt',
    version: '1.4.2',
    previousVersion: '1.4.1',
    taskDefinition: null,
    previousTaskDefinition: null,
    startedBy: 'deploy',
    startedAt: '2026-11-20T03:00:00.000Z',
    endedAt: '2026-11-20T03:21:00.000Z',
    decision: 'rolled back',
    reason: 'Green fails more often than 5 %.',
    snapshot: null,
    migration: null,
    measurements: [
      {
        at: '2026-11-20T03:20:00.000Z',
        hook: 'during-shift',
        stage: 'PRODUCTION_TRAFFIC_SHIFT',
        verdict: 'failed',
        summary: '7 % of the requests to green failed.',
        comparison: { since: '2026-11-20T03:05:00.000Z', greenSharePercent: 5, green: figures, blue: figures },
      },
    ],
  };
  // Releases are made on AWS alone; the rest of the answer is the page's own work.
  await page.route('**/api/v1/admin/releases*', (route) => route.fulfill({ json: { releases: [release] } }));
  await signIn(page, demo, 'admin', '/releases');
  await page.getByRole('button', { name: /1\.4\.2/ }).click();
  await expect(page.getByText('Green fails more often than 5 %.')).toBeVisible();
  await expect(page.getByRole('row', { name: /新版（5 %）/ })).toContainText('142 ms');
  await expectAccessible(page);
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
