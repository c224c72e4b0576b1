/** Who the customer is at a salon. The token lives in memory alone: a page that is loaded anew asks LINE again, without asking the customer. */
import { skipToken, useIsMutating, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, use, useCallback, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, type Api, createApi } from '../../shared/api/client';
import type { CustomerSession } from '../../shared/api/schema';
import type { DemoCustomer, SiteSettings } from '../../shared/settings';
import { erasureKey, forgetErasure, isErasedAt, rememberErasure } from './erased';
import { liffId, lineIdToken } from './line';

export interface SessionState {
  /** `null`: not signed in at this salon. */
  customer: CustomerSession | null;
  /** What can be done about it. */
  ways: { line: string | null; demo: readonly DemoCustomer[] };
  signIn: (way: Way) => void;
  isSigningIn: boolean;
  error: unknown;
  /** They had their data erased, and have not signed in since. */
  isErased: boolean;
  /** Ends the session of who was erased. */
  forget: () => void;
}

/** The LIFF app to sign in with, or somebody to try the demo as. */
export type Way = { liff: string } | { demo: DemoCustomer };

const ApiContext = createContext<Api | null>(null);
const SessionContext = createContext<SessionState | null>(null);

/** Name of the demo customer of this tab: so that a page loaded anew is still theirs. */
const DEMO_CHOICE = 'nailbook.demo';

/** No request may be under way when a token ends. */
const EARLY_MS = 60_000;

export function useApi(): Api {
  const api = use(ApiContext);
  if (!api) throw new Error('useApi is used outside <Sessions>');
  return api;
}

export function useSession(): SessionState {
  const session = use(SessionContext);
  if (!session) throw new Error('useSession is used outside <SalonSession>');
  return session;
}

/** The API without a customer, for what everybody may see. */
export function PublicApi({ settings, children }: { settings: Promise<SiteSettings>; children: ReactNode }): ReactNode {
  const { apiUrl } = use(settings);
  const { i18n } = useTranslation();
  const api = useMemo(
    () => createApi({ baseUrl: apiUrl, token: () => null, language: () => i18n.language }),
    [apiUrl, i18n],
  );
  return <ApiContext value={api}>{children}</ApiContext>;
}

export interface SalonSessionProps {
  merchantId: string;
  settings: Promise<SiteSettings>;
  children: ReactNode;
}

/** The API as this salon's customer, once they have signed in. A customer of one salon is nobody at another. */
export function SalonSession({ merchantId, settings, children }: SalonSessionProps): ReactNode {
  const { apiUrl, demo } = use(settings);
  const { i18n } = useTranslation();
  const queries = useQueryClient();
  const key = useMemo(() => ['customer', merchantId], [merchantId]);
  const { data: customer = null } = useQuery<CustomerSession | null>({
    queryKey: key,
    queryFn: skipToken,
    gcTime: Infinity,
  });
  const [line] = useState(liffId);
  const [isErased, setErased] = useState(() => isErasedAt(merchantId));
  const isErasing = useIsMutating({ mutationKey: erasureKey(merchantId) }) > 0;
  const api = useMemo(() => {
    const token = () => queries.getQueryData<CustomerSession | null>(key)?.token ?? null;
    const made = createApi({ baseUrl: apiUrl, token, language: () => i18n.language });
    made.use({
      // The token has expired or was withdrawn.
      onResponse: ({ response }) => {
        if (response.status === 401) queries.setQueryData(key, null);
      },
    });
    return made;
  }, [apiUrl, key, queries, i18n]);
  const { mutate, isPending, error } = useMutation({
    mutationFn: async (way: Way) => {
      const idToken = 'demo' in way ? way.demo.idToken : await lineIdToken(way.liff);
      if (idToken === null) return null;
      if ('demo' in way) sessionStorage.setItem(DEMO_CHOICE, way.demo.name);
      const language = i18n.language === 'en' ? 'en' : 'zh-TW';
      const params = { path: { merchantId } };
      const body = { idToken, language } as const;
      return answered(api.POST('/api/v1/merchants/{merchantId}/sessions', { params, body }));
    },
    onSuccess: (session) => {
      if (session === null) return;
      forgetErasure(merchantId);
      setErased(false);
      queries.setQueryData(key, session);
      void queries.invalidateQueries({ queryKey: ['bookings', merchantId] });
    },
  });

  const forget = useCallback(() => {
    rememberErasure(merchantId);
    setErased(true);
    for (const personal of ['bookings', 'hold']) queries.removeQueries({ queryKey: [personal, merchantId] });
    queries.setQueryData(key, null);
  }, [merchantId, key, queries]);

  const demoCustomers = demo?.customers;
  // In LINE, and for who has chosen somebody of the demo before, signing in asks nobody anything; who was erased would be
  // a new customer by it.
  useEffect(() => {
    if (customer || isErased || isErasing) return;
    if (line !== null) return mutate({ liff: line });
    const chosen = demoCustomers?.find(({ name }) => name === sessionStorage.getItem(DEMO_CHOICE));
    if (chosen) mutate({ demo: chosen });
  }, [customer, isErased, isErasing, line, demoCustomers, mutate]);

  // Before the token ends the customer is signed in again, unnoticed.
  useEffect(() => {
    if (!customer) return undefined;
    const left = Date.parse(customer.expiresAt) - Date.now() - EARLY_MS;
    const timer = setTimeout(() => queries.setQueryData(key, null), left);
    return () => clearTimeout(timer);
  }, [customer, key, queries]);

  const state = useMemo<SessionState>(
    () => ({
      customer,
      ways: { line, demo: demoCustomers ?? [] },
      signIn: mutate,
      isSigningIn: isPending,
      error,
      isErased,
      forget,
    }),
    [customer, line, demoCustomers, mutate, isPending, error, isErased, forget],
  );
  return (
    <ApiContext value={api}>
      <SessionContext value={state}>{children}</SessionContext>
    </ApiContext>
  );
}
