/** The browser that the sites are tried in: the machine's own Chromium, because npm brings none. */
import { existsSync } from 'node:fs';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Throws an Error that says how to come by one. `CHROMIUM` names another. */
export function chromiumPath(): string {
  const named = process.env['CHROMIUM'];
  const path = named || PLACES.find((place) => existsSync(place));
  if (path && existsSync(path)) return path;
  throw new Error(
    named
      ? `CHROMIUM is "${named}", where there is nothing`
      : 'There is no Chromium: on Debian "apt-get install chromium fonts-noto-cjk"; elsewhere set CHROMIUM to its path',
  );
}

/** As root, as in a container, Chromium refuses to start with its sandbox. */
export const CHROMIUM_ARGUMENTS = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
