/** The pages of the merchant's site: what is needed every day first. */
import { lazy, type ReactNode, Suspense } from 'react';
import { Loading } from '../shared/parts/states';
import type { SiteSettings } from '../shared/settings';
import { Frame } from '../staff/frame';
import { SignedIn } from '../staff/session';
import { useTexts } from './texts';

const Today = lazy(() => import('./today/today-page'));
const Calendar = lazy(() => import('./calendar/calendar-page'));
const Customers = lazy(() => import('./customers/customers-page'));
const Staff = lazy(() => import('./staff/staff-page'));
const Services = lazy(() => import('./services/services-page'));
const Hours = lazy(() => import('./hours/hours-page'));
const Line = lazy(() => import('./line/line-page'));
const Notifications = lazy(() => import('./line/notifications-page'));
const Settings = lazy(() => import('./settings/settings-page'));
const Why = lazy(() => import('./why/why-page'));

export function Pages({ settings }: { settings: Promise<SiteSettings> }): ReactNode {
  const t = useTexts();
  const pages = [
    { path: '/', label: t('today.title'), Content: Today },
    { path: '/calendar', label: t('calendar.title'), Content: Calendar },
    { path: '/customers', label: t('customers.title'), Content: Customers },
    { path: '/staff', label: t('staff.title'), Content: Staff },
    { path: '/services', label: t('services.title'), Content: Services },
    { path: '/hours', label: t('hours.title'), Content: Hours },
    { path: '/settings', label: t('settings.title'), Content: Settings },
    { path: '/why', label: t('why.title'), Content: Why },
    { path: '/line', label: t('line.title'), Content: Line },
    { path: '/notifications', label: t('notifications.title'), Content: Notifications },
  ];
  return (
    <Suspense fallback={<Loading />}>
      <SignedIn site="merchant" title={t('title')} settings={settings}>
        <Frame title={t('title')} pages={pages} />
      </SignedIn>
    </Suspense>
  );
}
