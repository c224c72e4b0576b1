/** Who is signed in to the page: in memory alone. Loaded anew, it asks the API, which knows the browser by a cookie that no script can read. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, use, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, type Api, createApi } from '../shared/api/client';
import { hasCode } from '../shared/api/errors';
import type { Session } from '../shared/api/schema';
import { Failure, Loading } from '../shared/parts/states';
import type { SiteSettings } from '../shared/settings';
import { SignIn, SignInFrame } from './sign-in';

export interface Staff {
  session: Session;
  api: Api;
  signOut: () => Promise<void>;
}

const Context = createContext<Staff | null>(null);

/** Inside `<SignedIn>` alone. */
export function useStaff(): Staff {
  const staff = use(Context);
  if (!staff) throw new Error('useStaff is used outside <SignedIn>');
  return staff;
}

interface SignedInProps {
  /** The role whose site it is. */
  site: Session['role'];
  /** Heads the page to sign in at. */
  title: string;
  settings: Promise<SiteSettings>;
  children: ReactNode;
}

const KEY = ['session'];

/** Shows its children to whom is signed in with the role, and the page to sign in to everybody else. */
export function SignedIn({ site, title, settings, children }: SignedInProps): ReactNode {
  const { apiUrl } = use(settings);
  const { i18n } = useTranslation();
  const queries = useQueryClient();
  const [ended, setEnded] = useState(false);
  const api = useMemo(() => {
    const token = () => queries.getQueryData<Session | null>(KEY)?.token ?? null;
    return createApi({ baseUrl: apiUrl, token, language: () => i18n.language });
  }, [apiUrl, i18n, queries]);
  const current = useQuery({
    queryKey: KEY,
    staleTime: Infinity,
    queryFn: async () => {
      // The cookie belongs to the API's host, which in AWS is another one of the same site.
      const request = api.GET('/api/v1/sessions/current', { credentials: 'include' });
      return (await answered<Session | undefined>(request)) ?? null;
    },
  });

  // Whichever request is the first to hear that the session is over.
  useEffect(() => {
    const hear = (error: unknown) => {
      if (!hasCode(error, 'unauthenticated') || !queries.getQueryData(KEY)) return;
      setEnded(true);
      queries.setQueryData(KEY, null);
    };
    const subscriptions = [
      queries.getQueryCache().subscribe(({ query }) => hear(query.state.error)),
      queries.getMutationCache().subscribe(({ mutation }) => hear(mutation?.state.error)),
    ];
    return () => subscriptions.forEach((unsubscribe) => unsubscribe());
  }, [queries]);

  const session = current.data;
  const staff = useMemo<Staff | null>(() => {
    if (!session || session.role !== site) return null;
    const signOut = async () => {
      await answered<unknown>(api.DELETE('/api/v1/sessions/current', { credentials: 'include' }));
      // What one account saw is nothing for the next.
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== KEY[0] });
      queries.setQueryData(KEY, null);
    };
    return { session, api, signOut };
  }, [session, site, api, queries]);

  if (current.isPending) {
    return (
      <SignInFrame title={title}>
        <Loading />
      </SignInFrame>
    );
  }
  if (current.isError) return <Failure error={current.error} retry={() => void current.refetch()} />;
  if (staff) return <Context value={staff}>{children}</Context>;
  const signedIn = (begun: Session) => {
    setEnded(false);
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== KEY[0] });
    queries.setQueryData(KEY, begun);
  };
  const note = session ? 'otherSite' : ended ? 'sessionEnded' : null;
  return <SignIn api={api} title={title} note={note} onSignedIn={signedIn} />;
}
