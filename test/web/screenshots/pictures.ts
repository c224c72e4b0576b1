/** What a site's pictures are taken with. */
import type { BrowserContextOptions, Page } from '@playwright/test';
import type { Demo } from '../support/local-platform';

export interface Studio {
  page: Page;
  demo: Demo;
  /** Of the local platform. */
  folder: string;
  language: 'zh-Hant' | 'en';
  /** Takes the picture of what is to be seen, as `<site>-<name>.<language>.png`. */
  shoot: (name: string) => Promise<void>;
}

export interface Pictures {
  window: BrowserContextOptions;
  take: (studio: Studio) => Promise<void>;
}
