/** LINE's front-end framework (LIFF), loaded only where somebody signs in with it: it is larger than the rest of a page. */

const LIFF_ID = 'nailbook.liff';

/**
 * The LIFF app that opened this page, `null` where none did. Salons put `?liff=<id>` at the end of the endpoint URL that they give LINE;
 * it says nothing about who somebody is, and LINE refuses a token to an app that is not the address's own.
 */
export function liffId(): string | null {
  const fromAddress = new URLSearchParams(location.search).get('liff');
  if (fromAddress !== null) sessionStorage.setItem(LIFF_ID, fromAddress);
  return fromAddress ?? sessionStorage.getItem(LIFF_ID);
}

/** An ID token for the API; `null` when the browser is on its way to LINE's page to sign in at, from which it comes back here. */
export async function lineIdToken(id: string): Promise<string | null> {
  const { default: liff } = await import('@line/liff');
  await liff.init({ liffId: id });
  if (!liff.isLoggedIn()) {
    liff.login({ redirectUri: location.href });
    return null;
  }
  return liff.getIDToken();
}
