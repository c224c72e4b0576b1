/** Starts a site: theme, texts, remembered answers and addresses around its pages. */
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { type ComponentType, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { Router } from 'wouter';
import { createQueryClient } from './api/query-client';
import { createTexts, type SiteTexts } from './i18n/language';
import { Boundary } from './parts/boundary';
import { readSettings, type SiteSettings } from './settings';
import './shared.css';
import { contrast, theme } from './theme';

export interface Site {
  /** As in `CustomTypeOptions` of i18next.d.ts. */
  name: 'customer' | 'merchant' | 'admin';
  texts: SiteTexts;
  /** Further texts by the name of what uses them. */
  moreTexts?: Record<string, SiteTexts>;
  /** Its settings arrive while it shows its first page. */
  Pages: ComponentType<{ settings: Promise<SiteSettings> }>;
}

export function startSite({ name, texts, moreTexts = {}, Pages }: Site): void {
  const base = import.meta.env.BASE_URL;
  // On a host of its own a site is also found at `/`.
  if (!location.pathname.startsWith(base)) history.replaceState(null, '', base);
  const root = document.getElementById('root');
  if (!root) throw new Error('The page has no place for the site');
  const texter = createTexts(name, texts, moreTexts);
  const queries = createQueryClient();
  const settings = readSettings();
  createRoot(root).render(
    <StrictMode>
      <MantineProvider theme={theme} cssVariablesResolver={contrast} defaultColorScheme="auto">
        <I18nextProvider i18n={texter}>
          <QueryClientProvider client={queries}>
            <Router base={base.replace(/\/$/, '')}>
              <Boundary>
                <Pages settings={settings} />
              </Boundary>
            </Router>
          </QueryClientProvider>
        </I18nextProvider>
      </MantineProvider>
    </StrictMode>,
  );
}
