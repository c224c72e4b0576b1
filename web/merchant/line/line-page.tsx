/** The salon's own LINE channel: set it, see whether it works, try it with a message. */
import { Alert, Badge, Button, Card, Code, Group, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { answered } from '../../shared/api/client';
import { hasCode } from '../../shared/api/errors';
import type { LineChannel } from '../../shared/api/schema';
import { formatDayAndTime } from '../../shared/format';
import { useLanguage } from '../../shared/i18n/language';
import { Loaded } from '../../staff/loaded';
import { PageTitle } from '../../staff/page-title';
import { useStaffTexts } from '../../staff/texts';
import { useChange } from '../../staff/use-change';
import { CustomerSelect } from '../customers/customer-select';
import { type Salon, useSalon } from '../salon';
import { useTexts } from '../texts';

const KEY = ['line channel'];

/** The button that asks took the place of the one with the focus. */
const focus = (button: HTMLButtonElement | null): void => button?.focus();

export default function LinePage(): ReactNode {
  const t = useTexts();
  const salon = useSalon();
  const { api, path } = salon;
  const channel = useQuery({
    queryKey: KEY,
    queryFn: async () => {
      try {
        return await answered(api.GET('/api/v1/merchants/{merchantId}/line/channel', { params: { path } }));
      } catch (error) {
        // Not set up yet is no failure.
        if (hasCode(error, 'line_channel_unknown')) return null;
        throw error;
      }
    },
  });
  return (
    <>
      <PageTitle title={t('line.title')} />
      <Loaded query={channel} rows={3}>
        {(known) => (
          <Stack gap="xl" maw={640}>
            {known ? <Channel salon={salon} channel={known} /> : <Alert color="blue">{t('line.none')}</Alert>}
            <ChannelForm key={known?.channelId ?? 'new'} salon={salon} channel={known} />
            <TestMessage salon={salon} />
          </Stack>
        )}
      </Loaded>
    </>
  );
}

function Channel({ salon, channel }: { salon: Salon; channel: LineChannel }): ReactNode {
  const { api, path, timeZone } = salon;
  const t = useTexts();
  const staffTexts = useStaffTexts();
  const { language } = useLanguage();
  const [sure, setSure] = useState(false);
  const test = useChange({
    change: (of: Salon['path']) =>
      answered(api.POST('/api/v1/merchants/{merchantId}/line/channel/test', { params: { path: of } })),
    stale: [KEY],
  });
  const remove = useChange({
    change: (of: Salon['path']) =>
      answered<unknown>(api.DELETE('/api/v1/merchants/{merchantId}/line/channel', { params: { path: of } })),
    stale: [KEY],
    done: t('saved'),
  });
  return (
    <Card withBorder>
      <Stack gap="sm">
        <Group justify="space-between">
          <Text fw={600}>{t('line.channel', { id: channel.channelId })}</Text>
          <Badge color={channel.status === 'ok' ? 'teal' : 'red'} variant="light">
            {t(`line.status.${channel.status}`)}
          </Badge>
        </Group>
        <Text size="sm" c="dimmed">
          {t('line.since', { when: formatDayAndTime(channel.statusSince, timeZone, language) })}
        </Text>
        <Text size="sm">
          {t('line.webhook')} <Code>{channel.webhookPath}</Code>
        </Text>
        {test.data && (
          <Alert color="teal">
            {t('line.works', {
              name: test.data.displayName,
              used: test.data.quota.used,
              limit: test.data.quota.limit ?? '∞',
            })}
          </Alert>
        )}
        <Group>
          <Button variant="default" loading={test.isPending} onClick={() => test.mutate(path)}>
            {t('line.test')}
          </Button>
          {sure ? (
            <Button color="red" loading={remove.isPending} onClick={() => remove.mutate(path)} ref={focus}>
              {t('line.sureToRemove')}
            </Button>
          ) : (
            <Button variant="subtle" color="red" onClick={() => setSure(true)}>
              {staffTexts('remove')}
            </Button>
          )}
        </Group>
      </Stack>
    </Card>
  );
}

function ChannelForm({ salon, channel }: { salon: Salon; channel: LineChannel | null }): ReactNode {
  const { api, path } = salon;
  const t = useTexts();
  const staffTexts = useStaffTexts();
  const form = useForm({
    initialValues: {
      channelId: channel?.channelId ?? '',
      channelSecret: '',
      loginChannelId: channel?.loginChannelId ?? '',
    },
  });
  const save = useChange({
    change: ({ loginChannelId, ...body }: typeof form.values) =>
      answered(
        api.PUT('/api/v1/merchants/{merchantId}/line/channel', {
          params: { path },
          body: loginChannelId === '' ? body : { ...body, loginChannelId },
        }),
      ),
    stale: [KEY],
    done: t('saved'),
    onDone: () => form.setFieldValue('channelSecret', ''),
  });
  const digits = { inputMode: 'numeric' as const, pattern: '[0-9]{1,20}', autoComplete: 'off' };
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
      <Stack>
        <Title order={2} size="h4">
          {channel ? t('line.change') : t('line.set')}
        </Title>
        <TextInput label={t('line.channelId')} required {...digits} {...form.getInputProps('channelId')} />
        <PasswordInput
          label={t('line.secret')}
          description={t('line.secretKept')}
          required
          maxLength={100}
          autoComplete="off"
          {...form.getInputProps('channelSecret')}
        />
        <TextInput
          label={t('line.loginChannelId')}
          description={t('line.loginChannel')}
          {...digits}
          {...form.getInputProps('loginChannelId')}
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

function TestMessage({ salon }: { salon: Salon }): ReactNode {
  const { api, path } = salon;
  const t = useTexts();
  const [customerId, setCustomerId] = useState<string | null>(null);
  const send = useChange({
    change: (body: { customerId: string }) =>
      answered(api.POST('/api/v1/merchants/{merchantId}/line/test-message', { params: { path }, body })),
    stale: [],
  });
  return (
    <Stack>
      <Title order={2} size="h4">
        {t('line.testMessage')}
      </Title>
      <CustomerSelect salon={salon} label={t('booking.customer')} value={customerId} onChange={setCustomerId} />
      <Group>
        <Button
          variant="default"
          disabled={customerId === null}
          loading={send.isPending}
          onClick={() => customerId !== null && send.mutate({ customerId })}
        >
          {t('line.send')}
        </Button>
      </Group>
      {send.data && (
        <Alert color="teal" title={t('line.sent')}>
          {send.data.text}
        </Alert>
      )}
    </Stack>
  );
}
