/** The pages of the admin's site: what is wrong comes first. */
import { lazy, type ReactNode, Suspense } from 'react';
import { Loading } from '../shared/parts/states';
import type { SiteSettings } from '../shared/settings';
import { Frame } from '../staff/frame';
import { SignedIn } from '../staff/session';
import { useTexts } from './texts';

const Alerts = lazy(() => import('./alerts/alerts-page'));
const Health = lazy(() => import('./health/health-page'));
const Merchants = lazy(() => import('./merchants/merchants-page'));
const Releases = lazy(() => import('./releases/releases-page'));
const Maintenance = lazy(() => import('./maintenance/maintenance-page'));
const Capacity = lazy(() => import('./capacity/capacity-page'));

export function Pages({ settings }: { settings: Promise<SiteSettings> }): ReactNode {
  const t = useTexts();
  const pages = [
    { path: '/', label: t('alerts.title'), Content: Alerts },
    { path: '/health', label: t('health.title'), Content: Health },
    { path: '/merchants', label: t('merchants.title'), Content: Merchants },
    { path: '/releases', label: t('releases.title'), Content: Releases },
    { path: '/maintenance', label: t('maintenance.title'), Content: Maintenance },
    { path: '/capacity', label: t('capacity.title'), Content: Capacity },
  ];
  return (
    <Suspense fallback={<Loading />}>
      <SignedIn site="admin" title={t('title')} settings={settings}>
        <Frame title={t('title')} pages={pages} />
      </SignedIn>
    </Suspense>
  );
}
