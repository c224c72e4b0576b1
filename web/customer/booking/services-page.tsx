/** First step: what would the customer like? Several services make one visit. */
import { Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import { formatPrice } from '../../shared/format';
import { Empty } from '../../shared/parts/states';
import { Page } from '../parts/page';
import { useThisSalon } from '../salon/salon-context';
import { ableStaff } from '../salon/use-salon';
import { useTexts } from '../texts';
import classes from './services.module.css';
import { useDraft } from './draft';
import { VisitsLink } from '../visits/visits-link';

/** As many as one booking of the API holds. */
const MAX_SERVICES = 10;

export function ServicesPage(): ReactNode {
  const t = useTexts();
  const { salon, services, staff } = useThisSalon();
  const { draft, change } = useDraft();
  const [, go] = useLocation();
  const chosen = draft.serviceIds.filter((id) => services.some((service) => service.id === id));
  const picked = chosen.flatMap((id) => services.find((service) => service.id === id) ?? []);
  const minutes = picked.reduce((sum, { durationMinutes }) => sum + durationMinutes, 0);
  const price = picked.reduce((sum, service) => sum + service.price, 0);
  const able = ableStaff(staff, chosen).length > 0;
  const toggle = (id: string) => {
    const serviceIds = chosen.includes(id) ? chosen.filter((each) => each !== id) : [...chosen, id];
    change({ serviceIds, slot: null });
  };
  return (
    <Page
      title={t('services.title')}
      heading={salon.name}
      back="~/"
      footer={
        <Group justify="space-between" wrap="nowrap">
          <Text size="sm" aria-live="polite">
            {t('services.chosen', { count: picked.length })}
            {picked.length > 0 && ` · ${t('minutes', { count: minutes })} · ${formatPrice(price)}`}
          </Text>
          <Button disabled={chosen.length === 0 || !able} onClick={() => go('/time')}>
            {t('services.next')}
          </Button>
        </Group>
      }
    >
      <VisitsLink />
      {services.length === 0 && <Empty text={t('services.none')} />}
      <Stack gap="xs">
        {services.map(({ id, name, durationMinutes, price }) => (
          <Checkbox.Card
            key={id}
            className={classes['service'] ?? ''}
            checked={chosen.includes(id)}
            disabled={chosen.length >= MAX_SERVICES && !chosen.includes(id)}
            onClick={() => toggle(id)}
          >
            <Checkbox.Indicator aria-hidden />
            <span className={classes['name']}>{name}</span>
            <span className={classes['figures']}>
              {t('minutes', { count: durationMinutes })}
              <br />
              {formatPrice(price)}
            </span>
          </Checkbox.Card>
        ))}
      </Stack>
      {!able && (
        <Text c="error" role="alert">
          {t('services.noStaff')}
        </Text>
      )}
    </Page>
  );
}
