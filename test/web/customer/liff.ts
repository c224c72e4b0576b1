/** LINE's front-end framework, as the site meets it in LINE. */
import type { Page } from '@playwright/test';

export const LIFF = '1650000001-demo';

/**
 * Takes the place of LINE's own program, which works with LINE's servers only; the ID token is one of the stand-in's. Any page that is not
 * the site's takes the place of LINE's page to sign in at.
 */
export async function replaceLiff(
  page: Page,
  { loggedIn, idToken }: { loggedIn: boolean; idToken: string },
): Promise<void> {
  const body = `export default {
    init: async ({ liffId }) => { if (liffId !== '${LIFF}') throw new Error('another app: ' + liffId); },
    isLoggedIn: () => ${loggedIn},
    getIDToken: () => '${idToken}',
    login: ({ redirectUri }) => { location.href = '/health?back=' + encodeURIComponent(redirectUri); },
  };`;
  await page.route('**/assets/liff-*.js', (route) => route.fulfill({ contentType: 'text/javascript', body }));
}
