/** Adds a salon; its own people set up the rest. */
import { Button, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { ReactNode } from 'react';
import { answered } from '../../shared/api/client';
import { useStaff } from '../../staff/session';
import { useStaffTexts } from '../../staff/texts';
import { useChange } from '../../staff/use-change';
import { useTexts } from '../texts';
import { TEAM_ZONE } from '../zone';

export function NewMerchant({ onDone }: { onDone: () => void }): ReactNode {
  const { api } = useStaff();
  const t = useTexts();
  const staffTexts = useStaffTexts();
  const form = useForm({ initialValues: { name: '', timeZone: TEAM_ZONE } });
  const add = useChange({
    change: (body: { name: string; timeZone: string }) => answered(api.POST('/api/v1/merchants', { body })),
    stale: [['merchants']],
    done: t('merchants.added'),
    onDone,
  });
  return (
    <form onSubmit={form.onSubmit((values) => add.mutate(values))}>
      <Stack>
        <TextInput label={t('merchants.name')} required maxLength={100} {...form.getInputProps('name')} />
        <TextInput label={t('merchants.timeZone')} required maxLength={50} {...form.getInputProps('timeZone')} />
        <Button type="submit" loading={add.isPending}>
          {staffTexts('add')}
        </Button>
      </Stack>
    </form>
  );
}
