/** The start: which salon? Who comes from a salon's own link never sees it. */
import { Button, Stack, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import { answered } from '../../shared/api/client';
import { Icon } from '../../shared/parts/icon';
import { Empty, Failure } from '../../shared/parts/states';
import { Page } from '../parts/page';
import { Waiting } from '../parts/waiting';
import { useApi } from '../session/session';
import { useTexts } from '../texts';
import classes from './salon-list.module.css';

/** While somebody types, only where they pause is asked for. */
const PAUSE_MS = 250;

const PAGE = 50;

export function SalonListPage(): ReactNode {
  const t = useTexts();
  const api = useApi();
  const [search, setSearch] = useState('');
  const [asked] = useDebouncedValue(search.trim(), PAUSE_MS);
  const list = useInfiniteQuery({
    queryKey: ['salons', asked],
    initialPageParam: '',
    queryFn: ({ pageParam }) => {
      const query = { limit: PAGE, ...(asked ? { search: asked } : {}), ...(pageParam ? { after: pageParam } : {}) };
      return answered(api.GET('/api/v1/salons', { params: { query } }));
    },
    getNextPageParam: ({ nextAfter }) => nextAfter,
    placeholderData: keepPreviousData,
  });
  const salons = list.data?.pages.flatMap((page) => page.salons) ?? [];
  return (
    <Page title={t('chooseSalon')} heading={t('title')}>
      <TextInput
        type="search"
        aria-label={t('searchSalon')}
        placeholder={t('searchSalon')}
        leftSection={<Icon name="search" />}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      {list.isPending && <Waiting rows={3} height={56} />}
      {list.error && <Failure error={list.error} retry={() => void list.refetch()} />}
      {list.data && salons.length === 0 && <Empty text={t('noSalons')} />}
      <Stack gap="xs" component="ul" className={classes['list'] ?? ''}>
        {salons.map(({ id, name }) => (
          <li key={id}>
            <Link href={`/s/${id}`} className={classes['salon'] ?? ''}>
              {name}
              <Icon name="next" />
            </Link>
          </li>
        ))}
      </Stack>
      {list.hasNextPage && (
        <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('moreSalons')}
        </Button>
      )}
    </Page>
  );
}
