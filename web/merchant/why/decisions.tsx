/** How the API decided about bookings: each with what was asked, what came of it, and why. */
import { Accordion, Badge, Group, List, Select, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { answered } from '../../shared/api/client';
import type { Decision } from '../../shared/api/schema';
import { formatDayAndTime } from '../../shared/format';
import { useLanguage } from '../../shared/i18n/language';
import { Empty } from '../../shared/parts/states';
import { More } from '../../staff/data-table';
import { Loaded } from '../../staff/loaded';
import { isKnown, useStaffTexts } from '../../staff/texts';
import { useReasonText } from '../bookings/use-reason-text';
import { KEYS, type Salon, serviceNames, staffName } from '../salon';
import { useTexts } from '../texts';

const OUTCOMES = ['booked', 'changed', 'repeated', 'taken', 'refused', 'failed'] as const;

const COLORS: Record<Decision['outcome'], string> = {
  booked: 'teal',
  changed: 'teal',
  repeated: 'gray',
  taken: 'orange',
  refused: 'orange',
  failed: 'red',
};

export function Decisions({ salon }: { salon: Salon }): ReactNode {
  const { api, path, timeZone } = salon;
  const t = useTexts();
  const { language } = useLanguage();
  const [outcome, setOutcome] = useState<Decision['outcome'] | null>(null);
  const pages = useInfiniteQuery({
    queryKey: [...KEYS.decisions, outcome, language],
    initialPageParam: '',
    queryFn: ({ pageParam: cursor }) => {
      const query = { limit: 20, ...(outcome ? { outcome } : {}), ...(cursor === '' ? {} : { cursor }) };
      return answered(api.GET('/api/v1/merchants/{merchantId}/bookings/decisions', { params: { path, query } }));
    },
    getNextPageParam: ({ nextCursor }) => nextCursor,
    select: ({ pages: all }) => all.flatMap(({ decisions }) => decisions),
  });
  return (
    <Stack maw={720}>
      <Select
        label={t('why.outcome')}
        clearable
        placeholder={t('notifications.all')}
        data={OUTCOMES.map((one) => ({ value: one, label: t(`why.outcomes.${one}`) }))}
        value={outcome}
        onChange={(chosen) => setOutcome(OUTCOMES.find((one) => one === chosen) ?? null)}
        maw={240}
      />
      <Loaded query={pages}>
        {(decisions) =>
          decisions.length === 0 ? (
            <Empty text={t('why.noDecisions')} />
          ) : (
            <>
              <Accordion order={3}>
                {decisions.map((decision) => (
                  <Accordion.Item key={decision.id} value={decision.id}>
                    <Accordion.Control>
                      <Group gap="xs">
                        <Text size="sm" className="numbers">
                          {formatDayAndTime(decision.at, timeZone, language)}
                        </Text>
                        <Text size="sm">{t(`why.actions.${decision.action}`)}</Text>
                        <Badge color={COLORS[decision.outcome]} variant="light">
                          {t(`why.outcomes.${decision.outcome}`)}
                        </Badge>
                      </Group>
                    </Accordion.Control>
                    <Accordion.Panel>
                      <Detail salon={salon} decision={decision} />
                    </Accordion.Panel>
                  </Accordion.Item>
                ))}
              </Accordion>
              <More pages={pages} />
            </>
          )
        }
      </Loaded>
    </Stack>
  );
}

function Detail({ salon, decision }: { salon: Salon; decision: Decision }): ReactNode {
  const t = useTexts();
  const staffTexts = useStaffTexts();
  const reasonText = useReasonText();
  const { language } = useLanguage();
  const { asked, candidates, reasons, alternatives, code, bookingId, actorRole, requestId } = decision;
  const facts: [label: string, value: string][] = [];
  if (asked.startsAt !== undefined)
    facts.push([t('booking.when'), formatDayAndTime(asked.startsAt, salon.timeZone, language)]);
  if (asked.serviceIds) facts.push([t('booking.services'), serviceNames(salon, asked.serviceIds)]);
  if (asked.staffId) facts.push([t('booking.staff'), staffName(salon, asked.staffId)]);
  if (candidates.length > 0) facts.push([t('why.candidates'), candidates.map((id) => staffName(salon, id)).join('、')]);
  if (alternatives !== null) facts.push([t('why.alternatives'), String(alternatives)]);
  if (bookingId !== null) facts.push([t('booking.title'), bookingId]);
  facts.push([t('why.by'), t(`why.roles.${actorRole === 'customer' ? 'customer' : 'staff'}`)]);
  facts.push([t('why.request'), requestId]);
  return (
    <Stack gap={4}>
      {code !== null && <Text size="sm">{isKnown(code) ? staffTexts(`problem.${code}`) : code}</Text>}
      {reasons.length > 0 && (
        <List size="sm">
          {reasons.map((reason) => (
            <List.Item key={`${reason.code} ${reason.message}`}>{reasonText(reason)}</List.Item>
          ))}
        </List>
      )}
      {facts.map(([label, value]) => (
        <Text key={label} size="sm">
          <Text span c="dimmed">
            {label}
          </Text>{' '}
          {value}
        </Text>
      ))}
    </Stack>
  );
}
