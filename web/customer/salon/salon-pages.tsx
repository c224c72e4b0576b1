/** Everything below one salon's address. */
import { type ReactNode, lazy, Suspense } from 'react';
import { Route, Switch } from 'wouter';
import { ConfirmPage } from '../booking/confirm-page';
import { DraftContext, useStoredDraft } from '../booking/draft';
import { ServicesPage } from '../booking/services-page';
import { TimePage } from '../booking/time-page';
import { hasCode } from '../../shared/api/errors';
import { useSharedTexts } from '../../shared/i18n/texts';
import { Failure, Loading } from '../../shared/parts/states';
import { NotFoundPage } from '../parts/not-found-page';
import { Page } from '../parts/page';
import { Waiting } from '../parts/waiting';
import { useTexts } from '../texts';
import { SalonContext } from './salon-context';
import { useSalon } from './use-salon';

/** Most visits of the site are for booking: what comes after is fetched when it is asked for. */
const VisitsPage = lazy(async () => ({ default: (await import('../visits/visits-page')).VisitsPage }));
const VisitPage = lazy(async () => ({ default: (await import('../visits/visit-page')).VisitPage }));
const PersonalDataPage = lazy(async () => ({
  default: (await import('../personal-data/personal-data-page')).PersonalDataPage,
}));
const MovePage = lazy(async () => ({ default: (await import('../visits/move-page')).MovePage }));

export function SalonPages({ merchantId }: { merchantId: string }): ReactNode {
  const shared = useSharedTexts();
  const salon = useSalon(merchantId);
  const draft = useStoredDraft(merchantId);
  if (salon.isPending) return <WaitingPage />;
  // No trying again finds a salon that is not there.
  if (hasCode(salon.error, 'merchant_unknown')) return <NotFoundPage title={shared('problem.merchant_unknown')} />;
  if (salon.error) return <FailedPage error={salon.error} retry={() => void salon.refetch()} />;
  return (
    <SalonContext value={salon.data}>
      <DraftContext value={draft}>
        <Suspense fallback={<Loading />}>
          <Switch>
            <Route path="/" component={ServicesPage} />
            <Route path="/time" component={TimePage} />
            <Route path="/confirm" component={ConfirmPage} />
            <Route path="/visits" component={VisitsPage} />
            <Route path="/visits/:bookingId">{({ bookingId }) => <VisitPage bookingId={bookingId} />}</Route>
            <Route path="/visits/:bookingId/move">{({ bookingId }) => <MovePage bookingId={bookingId} />}</Route>
            <Route path="/data" component={PersonalDataPage} />
            <Route>
              <NotFoundPage />
            </Route>
          </Switch>
        </Suspense>
      </DraftContext>
    </SalonContext>
  );
}

/** As the page of services, which most come for, will be. */
function WaitingPage(): ReactNode {
  const t = useTexts();
  return (
    <Page title={t('services.title')} heading={t('title')}>
      <Waiting rows={6} height={64} />
    </Page>
  );
}

function FailedPage({ error, retry }: { error: Error; retry: () => void }): ReactNode {
  const t = useTexts();
  return (
    <Page title={t('title')} heading="Nailbook" back="~/">
      <Failure error={error} retry={retry} />
    </Page>
  );
}
