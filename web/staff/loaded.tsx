/** Shows the answer of a query once it is there; while a newer one is fetched the older one stays. */
import { Skeleton, Stack, VisuallyHidden } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useSharedTexts } from '../shared/i18n/texts';
import { Failure } from '../shared/parts/states';

interface LoadedProps<T> {
  query: UseQueryResult<T>;
  /** About as many as there will be, so that nothing jumps. */
  rows?: number;
  children: (data: T) => ReactNode;
}

export function Loaded<T>({ query, rows = 6, children }: LoadedProps<T>): ReactNode {
  const shared = useSharedTexts();
  if (query.data !== undefined) return children(query.data);
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  const names = Array.from({ length: rows }, (_, index) => `row ${index}`);
  return (
    <Stack gap="sm" aria-busy>
      <VisuallyHidden>{shared('loading')}</VisuallyHidden>
      {names.map((name) => (
        <Skeleton key={name} height={36} />
      ))}
    </Stack>
  );
}
