import { expect, expectAccessible, expectToFit, FIRST_CUSTOMER, test } from '../support/site';
import { chooseServices, openSalon, SECOND_SERVICE, SERVICE, signInAs } from './support';

/** As narrow as WCAG 2.2 asks for (1.4.10). */
test.use({ viewport: { width: 320, height: 640 } });

test('Every step to a held slot fits a narrow phone', async ({ page, demo }) => {
  await openSalon(page, demo.baseUrl, demo.merchantId);
  await expectToFit(page);
  await chooseServices(page, [SERVICE, SECOND_SERVICE], 8);
  const times = page.getByRole('button', { name: /^\d\d:\d\d$/ });
  await expect(times.first()).toBeVisible();
  await expectToFit(page);
  await times.first().tap();
  await signInAs(page, FIRST_CUSTOMER);
  await expect(page.getByRole('timer')).toBeVisible();
  await expectToFit(page);
  await page.getByRole('button', { name: '選擇其他時間' }).tap();
  await expect(times.first()).toBeVisible();
});

test('Where there is no such salon the way leads to those that there are', async ({ page, demo, noComplaints }) => {
  await page.goto(`${demo.baseUrl}/s/999999`);
  await expect(page.getByRole('heading', { name: '找不到這家店。' })).toBeVisible();
  await expectAccessible(page);
  await expectToFit(page);
  await page.getByRole('link', { name: '回首頁' }).tap();
  await expect(page.getByRole('heading', { name: '想去哪一家店？' })).toBeVisible();
  // Of the browser, about what was not found.
  expect(noComplaints.splice(0).every((complaint) => complaint.includes('404'))).toBe(true);
});
