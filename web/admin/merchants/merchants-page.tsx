/** The salons of the platform in figures, and a new one. */
import { Badge, Button, Table, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { answered } from '../../shared/api/client';
import type { Merchant } from '../../shared/api/schema';
import { formatDay } from '../../shared/format';
import { useLanguage } from '../../shared/i18n/language';
import { Empty } from '../../shared/parts/states';
import { Loaded } from '../../staff/loaded';
import { PageTitle } from '../../staff/page-title';
import { Sheet } from '../../staff/sheet';
import { useStaff } from '../../staff/session';
import { useStaffTexts } from '../../staff/texts';
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
  const staffTexts = useStaffTexts();
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
  return (
    <Loaded query={pages}>
      {(merchants) =>
        merchants.length === 0 ? (
          <Empty text={t('merchants.none')} />
        ) : (
          <>
            <Table.ScrollContainer minWidth={900} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
              <Table verticalSpacing="sm" highlightOnHover>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{t('merchants.name')}</Table.Th>
                    <Table.Th>{t('merchants.since')}</Table.Th>
                    <Table.Th ta="right">{t('merchants.staff')}</Table.Th>
                    <Table.Th ta="right">{t('merchants.services')}</Table.Th>
                    <Table.Th ta="right">{t('merchants.customers')}</Table.Th>
                    <Table.Th ta="right">{t('merchants.upcoming')}</Table.Th>
                    <Table.Th ta="right">{t('merchants.recent')}</Table.Th>
                    <Table.Th>LINE</Table.Th>
                    <Table.Th>{t('merchants.accounts')}</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {merchants.map((merchant) => (
                    <Table.Tr key={merchant.id}>
                      <Table.Td>{merchant.name}</Table.Td>
                      <Table.Td>{formatDay(merchant.createdAt, TEAM_ZONE, language)}</Table.Td>
                      <Figure value={merchant.staff} />
                      <Figure value={merchant.services} />
                      <Figure value={merchant.customers} />
                      <Figure value={merchant.upcomingBookings} />
                      <Figure value={merchant.recentBookings} />
                      <Table.Td>
                        <LineStatus status={merchant.lineStatus} />
                      </Table.Td>
                      <Table.Td>
                        <Button
                          size="compact-sm"
                          variant="default"
                          aria-label={t('merchants.accountsOf', { name: merchant.name })}
                          onClick={() => onAccounts(merchant)}
                        >
                          {t('merchants.show')}
                        </Button>
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
            {pages.hasNextPage && (
              <Button variant="default" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
                {staffTexts('more')}
              </Button>
            )}
          </>
        )
      }
    </Loaded>
  );
}

function Figure({ value }: { value: number }): ReactNode {
  return (
    <Table.Td ta="right" className="numbers">
      {value.toLocaleString('en-US')}
    </Table.Td>
  );
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
