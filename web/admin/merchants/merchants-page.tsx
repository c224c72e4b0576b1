/** The salons of the platform in figures, and a new one. */
import { Badge, Button, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { answered } from '../../shared/api/client';
import type { Merchant } from '../../shared/api/schema';
import { formatDate } from '../../shared/format';
import { useLanguage } from '../../shared/i18n/language';
import { type Column, PagedTable } from '../../staff/data-table';
import { PageTitle } from '../../staff/page-title';
import { Sheet } from '../../staff/sheet';
import { useStaff } from '../../staff/session';
import { useTexts } from '../texts';
import { TEAM_ZONE } from '../zone';
import { Accounts } from './accounts';
import { NewMerchant } from './new-merchant';

const KEY = ['merchants'];

const TYPING_MS = 250;

export default function MerchantsPage(): ReactNode {
  const t = useTexts();
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed, TYPING_MS);
  const [adding, setAdding] = useState(false);
  const [accountsOf, setAccountsOf] = useState<Merchant | null>(null);
  return (
    <>
      <PageTitle title={t('merchants.title')}>
        <Button onClick={() => setAdding(true)}>{t('merchants.add')}</Button>
      </PageTitle>
      <TextInput
        type="search"
        label={t('merchants.search')}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        maw={360}
        mb="md"
      />
      <MerchantList search={search} onAccounts={setAccountsOf} />
      <Sheet opened={adding} onClose={() => setAdding(false)} title={t('merchants.add')}>
        {adding && <NewMerchant onDone={() => setAdding(false)} />}
      </Sheet>
      <Sheet
        opened={accountsOf !== null}
        onClose={() => setAccountsOf(null)}
        title={accountsOf ? t('merchants.accountsOf', { name: accountsOf.name }) : ''}
      >
        {accountsOf && <Accounts merchantId={accountsOf.id} />}
      </Sheet>
    </>
  );
}

interface MerchantListProps {
  search: string;
  onAccounts: (merchant: Merchant) => void;
}

function MerchantList({ search, onAccounts }: MerchantListProps): ReactNode {
  const { api } = useStaff();
  const t = useTexts();
  const { language } = useLanguage();
  const pages = useInfiniteQuery({
    queryKey: [...KEY, search],
    initialPageParam: '',
    queryFn: ({ pageParam: after }) => {
      const query = { limit: 50, ...(search === '' ? {} : { search }), ...(after === '' ? {} : { after }) };
      return answered(api.GET('/api/v1/merchants', { params: { query } }));
    },
    getNextPageParam: ({ nextAfter }) => nextAfter,
    select: ({ pages: all }) => all.flatMap(({ merchants }) => merchants),
  });
  const columns: Column<Merchant>[] = [
    { title: t('merchants.name'), render: ({ name }) => name },
    { title: t('merchants.since'), render: ({ createdAt }) => formatDate(createdAt, TEAM_ZONE, language) },
    figure(t('merchants.staff'), ({ staff }) => staff),
    figure(t('merchants.services'), ({ services }) => services),
    figure(t('merchants.customers'), ({ customers }) => customers),
    figure(t('merchants.upcoming'), ({ upcomingBookings }) => upcomingBookings),
    figure(t('merchants.recent'), ({ recentBookings }) => recentBookings),
    { title: 'LINE', render: ({ lineStatus }) => <LineStatus status={lineStatus} /> },
    {
      title: t('merchants.accounts'),
      render: (merchant) => (
        <Button
          size="compact-sm"
          variant="default"
          aria-label={t('merchants.accountsOf', { name: merchant.name })}
          onClick={() => onAccounts(merchant)}
        >
          {t('merchants.show')}
        </Button>
      ),
    },
  ];
  return (
    <PagedTable
      label={t('merchants.title')}
      pages={pages}
      columns={columns}
      keyOf={({ id }) => id}
      empty={t('merchants.none')}
    />
  );
}

function figure(title: string, of: (merchant: Merchant) => number): Column<Merchant> {
  return { title, numeric: true, render: (merchant) => of(merchant).toLocaleString('en-US') };
}

function LineStatus({ status }: { status: Merchant['lineStatus'] }): ReactNode {
  const t = useTexts();
  if (status === null) return t('merchants.noChannel');
  return (
    <Badge color={status === 'ok' ? 'teal' : 'red'} variant="light">
      {t(`merchants.line.${status}`)}
    </Badge>
  );
}
