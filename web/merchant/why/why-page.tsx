/** "Why is 15:00 not free?", and how bookings were decided lately. */
import { Alert, Badge, Button, Card, Group, List, MultiSelect, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { answered } from '../../shared/api/client';
import type { Explanation } from '../../shared/api/schema';
import { formatDayAndTime } from '../../shared/format';
import { useLanguage } from '../../shared/i18n/language';
import { Loaded } from '../../staff/loaded';
import { PageTitle } from '../../staff/page-title';
import { useReasonText } from '../bookings/use-reason-text';
import { type Visit, VisitFields } from '../bookings/visit-fields';
import { type Salon, staffName, useSalon } from '../salon';
import { toInstant, toLocal } from '../salon-time';
import { useTexts } from '../texts';
import { useNow } from '../use-now';
import { Decisions } from './decisions';

interface Question {
  startsAt: string;
  staffId: string | null;
  serviceIds: string[];
}

export default function WhyPage(): ReactNode {
  const t = useTexts();
  const salon = useSalon();
  const today = toLocal(useNow(), salon.timeZone).slice(0, 10);
  const services = salon.configuration.services.filter(({ active }) => active);
  const [visit, setVisit] = useState<Visit>({ date: today, time: '15:00', staffId: null });
  const [serviceIds, setServiceIds] = useState(services.slice(0, 1).map(({ id }) => id));
  const [question, setQuestion] = useState<Question | null>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const startsAt = toInstant(`${visit.date} ${visit.time}:00`, salon.timeZone);
    setQuestion({ startsAt, staffId: visit.staffId, serviceIds });
  };
  return (
    <Stack>
      <PageTitle title={t('why.title')} />
      <Card withBorder maw={720}>
        <form onSubmit={submit}>
          <Stack>
            <MultiSelect
              label={t('booking.services')}
              required
              data={services.map(({ id, name }) => ({ value: id, label: name }))}
              value={serviceIds}
              onChange={setServiceIds}
            />
            <VisitFields salon={salon} visit={visit} onChange={setVisit} withAnyone />
            <Group>
              <Button type="submit" disabled={serviceIds.length === 0}>
                {t('why.ask')}
              </Button>
            </Group>
          </Stack>
        </form>
      </Card>
      {question && <Answer salon={salon} question={question} />}
      <Title order={2} size="h4" mt="md">
        {t('why.decisions')}
      </Title>
      <Decisions salon={salon} />
    </Stack>
  );
}

function Answer({ salon, question }: { salon: Salon; question: Question }): ReactNode {
  const { api, path } = salon;
  const { startsAt, staffId, serviceIds } = question;
  const { language } = useLanguage();
  const explanation = useQuery({
    queryKey: ['explanation', startsAt, staffId, serviceIds, language],
    staleTime: 0,
    queryFn: () =>
      answered(
        api.GET('/api/v1/merchants/{merchantId}/availability/explain', {
          params: { path, query: { startsAt, serviceIds, ...(staffId === null ? {} : { staffId }) } },
        }),
      ),
  });
  return (
    <Loaded query={explanation} rows={2}>
      {(known) => <Explained salon={salon} explanation={known} />}
    </Loaded>
  );
}

function Explained({ salon, explanation }: { salon: Salon; explanation: Explanation }): ReactNode {
  const t = useTexts();
  const reasonText = useReasonText();
  const { language } = useLanguage();
  const when = formatDayAndTime(explanation.startsAt, salon.timeZone, language);
  return (
    <Alert
      color={explanation.free ? 'teal' : 'orange'}
      title={explanation.free ? t('why.free', { when }) : t('why.notFree', { when })}
      maw={720}
    >
      <Stack gap="sm">
        {explanation.staff.length === 0 && <Text>{t('why.nobody')}</Text>}
        {explanation.staff.map(({ staffId, free, reasons }) => (
          <div key={staffId}>
            <Group gap="xs">
              <Text fw={600}>{staffName(salon, staffId)}</Text>
              <Badge color={free ? 'teal' : 'orange'} variant="light">
                {free ? t('why.isFree') : t('why.isNotFree')}
              </Badge>
            </Group>
            <List size="sm">
              {reasons.map((reason) => (
                <List.Item key={`${reason.code} ${reason.message}`}>{reasonText(reason)}</List.Item>
              ))}
            </List>
          </div>
        ))}
      </Stack>
    </Alert>
  );
}
