/** Which services a staff member does, with a length and a price of their own where these differ. */
import { Button, Checkbox, Group, NumberInput, Stack } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { answered } from '../../shared/api/client';
import { useStaffTexts } from '../../staff/texts';
import { useTexts } from '../texts';
import { useConfigurationChange } from '../use-configuration-change';
import type { Member, MemberProps } from './member';

type Offer = Member['services'][number];

export function Offers({ salon, member }: MemberProps): ReactNode {
  const { api, path, configuration } = salon;
  const t = useTexts();
  const staffTexts = useStaffTexts();
  const [offers, setOffers] = useState(member.services);
  const save = useConfigurationChange(salon, (services: Offer[]) =>
    answered(
      api.PUT('/api/v1/merchants/{merchantId}/staff/{staffId}/services', {
        params: { path: { ...path, staffId: member.id } },
        body: { services },
      }),
    ),
  );
  const toggle = (serviceId: string, offered: boolean) =>
    setOffers((all) =>
      offered
        ? [...all, { serviceId, durationMinutes: null, price: null }]
        : all.filter((offer) => offer.serviceId !== serviceId),
    );
  const change = (serviceId: string, part: Partial<Offer>) =>
    setOffers((all) => all.map((offer) => (offer.serviceId === serviceId ? { ...offer, ...part } : offer)));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(offers);
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        {configuration.services
          .filter(({ active }) => active)
          .map(({ id, name, durationMinutes, price }) => {
            const offer = offers.find(({ serviceId }) => serviceId === id);
            return (
              <Group key={id} justify="space-between" gap="xs">
                <Checkbox
                  label={name}
                  checked={offer !== undefined}
                  onChange={(event) => toggle(id, event.currentTarget.checked)}
                />
                {offer && (
                  <Group gap="xs" wrap="nowrap">
                    <NumberInput
                      aria-label={t('staff.minutesOf', { name })}
                      placeholder={t('staff.minutesAs', { minutes: durationMinutes })}
                      size="xs"
                      w={110}
                      min={5}
                      max={720}
                      allowDecimal={false}
                      value={offer.durationMinutes ?? ''}
                      onChange={(value) => change(id, { durationMinutes: value === '' ? null : Number(value) })}
                    />
                    <NumberInput
                      aria-label={t('staff.priceOf', { name })}
                      placeholder={`NT$${price}`}
                      size="xs"
                      w={110}
                      min={0}
                      max={10_000_000}
                      prefix="NT$"
                      allowDecimal={false}
                      value={offer.price ?? ''}
                      onChange={(value) => change(id, { price: value === '' ? null : Number(value) })}
                    />
                  </Group>
                )}
              </Group>
            );
          })}
        <Group>
          <Button type="submit" loading={save.isPending}>
            {staffTexts('save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
