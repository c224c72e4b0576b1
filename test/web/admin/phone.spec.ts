import { expect, expectAccessible, expectToFit, test } from '../support/site';
import { signIn } from '../support/staff';

/** As narrow as WCAG 2.2 asks for (1.4.10). */
test.use({ viewport: { width: 320, height: 740 }, hasTouch: true, isMobile: true });

test('Every page fits a narrow phone', async ({ page, demo }) => {
  await signIn(page, demo, 'admin');
  for (const path of ['', '/health', '/merchants', '/releases', '/maintenance', '/capacity']) {
    await page.goto(`${demo.baseUrl}/admin${path}`);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await page.waitForLoadState('networkidle');
    await expectToFit(page);
    await expectAccessible(page);
  }
});
