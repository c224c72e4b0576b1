/** The pages of the customer's site: the choice of a salon, and everything below a salon's own address, `/s/<id>`. */
import { type ReactNode, Suspense } from 'react';
import { Route, Switch } from 'wouter';
import { Loading } from '../shared/parts/states';
import type { SiteSettings } from '../shared/settings';
import './customer.css';
import { NotFoundPage } from './parts/not-found-page';
import { SalonListPage } from './salon/salon-list-page';
import { SalonPages } from './salon/salon-pages';
import { PublicApi, SalonSession } from './session/session';

export function Pages({ settings }: { settings: Promise<SiteSettings> }): ReactNode {
  return (
    <Suspense fallback={<Loading />}>
      <Switch>
        <Route path="/">
          <PublicApi settings={settings}>
            <SalonListPage />
          </PublicApi>
        </Route>
        <Route path="/s/:merchantId" nest>
          {({ merchantId }) => (
            <SalonSession key={merchantId} merchantId={merchantId} settings={settings}>
              <SalonPages key={merchantId} merchantId={merchantId} />
            </SalonSession>
          )}
        </Route>
        <Route>
          <NotFoundPage />
        </Route>
      </Switch>
    </Suspense>
  );
}
