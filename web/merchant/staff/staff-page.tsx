/** The salon's staff: who there is, what each does, and when they work. */
import { Badge, Button, Card, Group, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { answered } from '../../shared/api/client';
import { Empty } from '../../shared/parts/states';
import { PageTitle } from '../../staff/page-title';
import { Sheet } from '../../staff/sheet';
import { useStaffTexts } from '../../staff/texts';
import { type Salon, serviceNames, useSalon } from '../salon';
import { useTexts } from '../texts';
import { useConfigurationChange } from '../use-configuration-change';
import { MemberForms } from './member-forms';

export default function StaffPage(): ReactNode {
  const t = useTexts();
  const salon = useSalon();
  const [openId, setOpenId] = useState<string | null>(null);
  const { staff } = salon.configuration;
  const open = staff.find(({ id }) => id === openId) ?? null;
  return (
    <>
      <PageTitle title={t('staff.title')} />
      <Stack>
        {staff.length === 0 && <Empty text={t('staff.none')} />}
        {staff.map((member) => (
          <Card key={member.id} withBorder>
            <Group justify="space-between" wrap="nowrap">
              <div>
                <Group gap="xs">
                  <Text fw={600}>{member.name}</Text>
                  {!member.active && (
                    <Badge color="gray" variant="light">
                      {t('staff.inactive')}
                    </Badge>
                  )}
                </Group>
                <Text size="sm" c="dimmed">
                  {serviceNames(
                    salon,
                    member.services.map(({ serviceId }) => serviceId),
                  ) || t('staff.noServices')}
                </Text>
              </div>
              <Button
                variant="default"
                flex="none"
                aria-label={t('staff.changeOf', { name: member.name })}
                onClick={() => setOpenId(member.id)}
              >
                {t('change')}
              </Button>
            </Group>
          </Card>
        ))}
        <NewMember salon={salon} />
      </Stack>
      <Sheet opened={open !== null} onClose={() => setOpenId(null)} size="xl" title={open?.name ?? ''}>
        {open && <MemberForms key={open.id} salon={salon} member={open} />}
      </Sheet>
    </>
  );
}

function NewMember({ salon }: { salon: Salon }): ReactNode {
  const { api, path } = salon;
  const t = useTexts();
  const staffTexts = useStaffTexts();
  const [name, setName] = useState('');
  const add = useConfigurationChange(
    salon,
    (body: { name: string }) => answered(api.POST('/api/v1/merchants/{merchantId}/staff', { params: { path }, body })),
    { onDone: () => setName('') },
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate({ name });
  };
  return (
    <form onSubmit={submit}>
      <Group align="end">
        <TextInput
          label={t('staff.newName')}
          required
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" loading={add.isPending}>
          {staffTexts('add')}
        </Button>
      </Group>
    </form>
  );
}
