/** The pages of the admin's site. */
import { Container, Group, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTextsOf } from '../shared/i18n/texts';
import { Preferences } from '../shared/parts/preferences';
import type { en } from './strings';

export function Pages(): ReactNode {
  const t = useTextsOf<typeof en>('admin');
  return (
    <Container component="main" py="md">
      <Group justify="space-between">
        <Title order={1}>{t('title')}</Title>
        <Preferences />
      </Group>
    </Container>
  );
}
