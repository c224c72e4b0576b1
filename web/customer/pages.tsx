/** The pages of the customer's site. */
import { Container, Group, Title } from '@mantine/core';
import { type ReactNode, use } from 'react';
import { Preferences } from '../shared/parts/preferences';
import type { SiteSettings } from '../shared/settings';
import { useTexts } from './texts';

export function Pages({ settings }: { settings: Promise<SiteSettings> }): ReactNode {
  const t = useTexts();
  use(settings);
  return (
    <Container component="main" py="md">
      <Group justify="space-between">
        <Title order={1}>{t('title')}</Title>
        <Preferences />
      </Group>
    </Container>
  );
}
