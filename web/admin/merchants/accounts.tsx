/** Who may sign in at a salon. */
import { Badge, Button, Group, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { answered } from '../../shared/api/client';
import { Empty } from '../../shared/parts/states';
import { Loaded } from '../../staff/loaded';
import { useStaff } from '../../staff/session';
import { useStaffTexts } from '../../staff/texts';
import { useChange } from '../../staff/use-change';
import { useTexts } from '../texts';

/** As the API asks for. */
const MIN_PASSWORD = 12;

export function Accounts({ merchantId }: { merchantId: string }): ReactNode {
  const { api } = useStaff();
  const t = useTexts();
  const path = { merchantId };
  const key = ['accounts', merchantId];
  const accounts = useQuery({
    queryKey: key,
    queryFn: () => answered(api.GET('/api/v1/merchants/{merchantId}/accounts', { params: { path } })),
  });
  const change = useChange({
    change: ({ accountId, active }: { accountId: string; active: boolean }) =>
      answered(
        api.PATCH('/api/v1/merchants/{merchantId}/accounts/{accountId}', {
          params: { path: { ...path, accountId } },
          body: { active },
        }),
      ),
    stale: [key],
  });
  return (
    <Stack>
      <Loaded query={accounts} rows={2}>
        {({ accounts: all }) => (
          <Stack gap="xs">
            {all.length === 0 && <Empty text={t('merchants.noAccounts')} />}
            {all.map(({ id, login, active }) => (
              <Group key={id} justify="space-between">
                <Group gap="xs">
                  <Text size="sm">{login}</Text>
                  {!active && (
                    <Badge color="gray" variant="light">
                      {t('merchants.closed')}
                    </Badge>
                  )}
                </Group>
                <Button
                  size="compact-sm"
                  variant="default"
                  loading={change.isPending && change.variables.accountId === id}
                  onClick={() => change.mutate({ accountId: id, active: !active })}
                >
                  {active ? t('merchants.close') : t('merchants.reopen')}
                </Button>
              </Group>
            ))}
          </Stack>
        )}
      </Loaded>
      <NewAccount merchantId={merchantId} />
    </Stack>
  );
}

function NewAccount({ merchantId }: { merchantId: string }): ReactNode {
  const { api } = useStaff();
  const t = useTexts();
  const staffTexts = useStaffTexts();
  const form = useForm({ initialValues: { login: '', password: '' } });
  const add = useChange({
    change: (body: { login: string; password: string }) =>
      answered(api.POST('/api/v1/merchants/{merchantId}/accounts', { params: { path: { merchantId } }, body })),
    stale: [['accounts', merchantId]],
    onDone: form.reset,
  });
  return (
    <form onSubmit={form.onSubmit((values) => add.mutate(values))}>
      <Stack gap="sm">
        <Title order={2} size="h5">
          {t('merchants.newAccount')}
        </Title>
        <TextInput
          label={staffTexts('login')}
          required
          minLength={3}
          maxLength={100}
          autoComplete="off"
          {...form.getInputProps('login')}
        />
        <PasswordInput
          label={staffTexts('password')}
          description={t('merchants.passwordLength', { count: MIN_PASSWORD })}
          required
          minLength={MIN_PASSWORD}
          maxLength={200}
          autoComplete="new-password"
          {...form.getInputProps('password')}
        />
        <Button type="submit" variant="default" loading={add.isPending}>
          {staffTexts('add')}
        </Button>
      </Stack>
    </form>
  );
}
