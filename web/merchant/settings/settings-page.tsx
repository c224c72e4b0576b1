/** The salon's general settings: who it is, when customers can book, and how firm a booking is. */
import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { answered } from '../../shared/api/client';
import { ApiProblem } from '../../shared/api/errors';
import { PageTitle } from '../../staff/page-title';
import { useStaffTexts } from '../../staff/texts';
import { type Salon, useSalon } from '../salon';
import { useTexts } from '../texts';
import { useConfigurationChange } from '../use-configuration-change';
import { BookingFields, PromiseFields, SalonFields } from './fields';
import { changesOf, type Field, refusedFields, type Values, valuesOf, wrongFields } from './values';

export default function SettingsPage(): ReactNode {
  const t = useTexts();
  const salon = useSalon();
  return (
    <>
      <PageTitle title={t('settings.title')} />
      <Text size="sm" c="dimmed" maw={720} mb="md">
        {t('settings.whoMay')} {t('settings.elsewhere')}{' '}
        <Anchor component={Link} href="/hours" inherit underline="always">
          {t('hours.title')}
        </Anchor>
        {' · '}
        <Anchor component={Link} href="/notifications" inherit underline="always">
          {t('notifications.title')}
        </Anchor>
      </Text>
      <SettingsForm salon={salon} />
    </>
  );
}

function SettingsForm({ salon }: { salon: Salon }): ReactNode {
  const { api, path } = salon;
  const t = useTexts();
  const staffTexts = useStaffTexts();
  const errorsOf = (fields: readonly Field[]) =>
    Object.fromEntries(fields.map((name) => [name, t(`settings.allowed.${name}`)]));
  const form = useForm<Values>({
    initialValues: valuesOf(salon.configuration.settings),
    validate: (values) => errorsOf(wrongFields(values)),
  });
  const focusFirst = ([first]: readonly string[]) => first !== undefined && form.getInputNode(first)?.focus();
  const save = useConfigurationChange(
    salon,
    (changes: ReturnType<typeof changesOf>) =>
      answered(api.PATCH('/api/v1/merchants/{merchantId}/settings', { params: { path }, body: changes })),
    {
      onDone: ({ configuration }) => {
        const saved = valuesOf(configuration.settings);
        form.setValues(saved);
        form.resetDirty(saved);
      },
      onRefused: (error) => {
        const refused = error instanceof ApiProblem ? refusedFields(error) : [];
        form.setErrors(errorsOf(refused));
        focusFirst(refused);
        return refused.length > 0;
      },
    },
  );
  const saved = form.getInitialValues();
  const submit = form.onSubmit(
    (values) => save.mutate(changesOf(saved, { ...values, name: values.name.trim() })),
    (errors) => focusFirst(Object.keys(errors)),
  );
  return (
    // The browser's own words for what is wrong come in its own language, and one at a time.
    <form onSubmit={submit} noValidate>
      <Stack maw={720}>
        <SalonFields form={form} saved={saved} />
        <BookingFields form={form} />
        <PromiseFields form={form} />
        <Group>
          <Button type="submit" disabled={!form.isDirty()} loading={save.isPending}>
            {staffTexts('save')}
          </Button>
          {form.isDirty() && (
            <Button variant="default" onClick={form.reset}>
              {t('settings.discard')}
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  );
}
