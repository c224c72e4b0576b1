/** What a site is told where it is published: where the API is, and on a machine of one's own who may be tried out. */

export interface DemoCustomer {
  name: string;
  /** Of the stand-in for LINE, which alone accepts it. */
  idToken: string;
}

export interface SiteSettings {
  /** Origin of the API; the site's own when left out. */
  apiUrl?: string;
  /** Only the local platform has it: people who can be signed in without LINE. */
  demo?: { customers: DemoCustomer[] };
}

/** The request begins with the page itself, which names the file as one to preload. */
export async function readSettings(): Promise<SiteSettings> {
  const response = await fetch(`${import.meta.env.BASE_URL}site.json`, { credentials: 'same-origin' });
  if (!response.ok) throw new Error(`The site's settings cannot be read: ${response.status}`);
  const settings: SiteSettings = await response.json();
  return settings;
}
