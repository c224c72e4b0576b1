/** All that is set up about one staff member: name, services, hours and breaks, each saved by itself. */
import { Button, Group, Stack, Switch, Tabs, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { answered } from '../../shared/api/client';
import { useStaffTexts } from '../../staff/texts';
import { type Week, WeekEditor } from '../hours/week-editor';
import { useTexts } from '../texts';
import { useConfigurationChange } from '../use-configuration-change';
import { Offers } from './offers';
import type { MemberProps } from './member';

export function MemberForms(props: MemberProps): ReactNode {
  const t = useTexts();
  return (
    <Tabs defaultValue="hours">
      <Tabs.List mb="md">
        <Tabs.Tab value="hours">{t('staff.hours')}</Tabs.Tab>
        <Tabs.Tab value="breaks">{t('staff.breaks')}</Tabs.Tab>
        <Tabs.Tab value="services">{t('services.title')}</Tabs.Tab>
        <Tabs.Tab value="person">{t('staff.person')}</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="hours">
        <MemberWeek {...props} kind="hours" />
      </Tabs.Panel>
      <Tabs.Panel value="breaks">
        <MemberWeek {...props} kind="breaks" />
      </Tabs.Panel>
      <Tabs.Panel value="services">
        <Offers {...props} />
      </Tabs.Panel>
      <Tabs.Panel value="person">
        <Person {...props} />
      </Tabs.Panel>
    </Tabs>
  );
}

const USUAL = { hours: { from: '10:00', to: '19:00' }, breaks: { from: '13:00', to: '14:00' } };

function MemberWeek({ salon, member, kind }: MemberProps & { kind: 'hours' | 'breaks' }): ReactNode {
  const { api, path } = salon;
  const t = useTexts();
  const save = useConfigurationChange(salon, (spans: Week) =>
    answered(
      api.PUT(`/api/v1/merchants/{merchantId}/staff/{staffId}/${kind}`, {
        params: { path: { ...path, staffId: member.id } },
        body: { spans },
      }),
    ),
  );
  return (
    <WeekEditor
      week={member[kind]}
      usual={USUAL[kind]}
      none={kind === 'hours' ? t('staff.off') : t('staff.noBreak')}
      saving={save.isPending}
      onSave={save.mutate}
    />
  );
}

function Person({ salon, member }: MemberProps): ReactNode {
  const { api, path } = salon;
  const t = useTexts();
  const staffTexts = useStaffTexts();
  const [name, setName] = useState(member.name);
  const [active, setActive] = useState(member.active);
  const save = useConfigurationChange(salon, (body: { name: string; active: boolean }) =>
    answered(
      api.PATCH('/api/v1/merchants/{merchantId}/staff/{staffId}', {
        params: { path: { ...path, staffId: member.id } },
        body,
      }),
    ),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ name, active });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label={t('customers.name')}
          required
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Switch
          label={t('staff.bookable')}
          checked={active}
          onChange={(event) => setActive(event.currentTarget.checked)}
        />
        <Group>
          <Button type="submit" loading={save.isPending}>
            {staffTexts('save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
