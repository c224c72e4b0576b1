/** An address that leads nowhere, and what leads on from there. */
import { Button, Group } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useSharedTexts } from '../../shared/i18n/texts';
import { Page } from './page';

export function NotFoundPage(): ReactNode {
  const t = useSharedTexts();
  return (
    <Page title={t('pageUnknown')} heading="Nailbook">
      <ToStart />
    </Page>
  );
}

export function ToStart(): ReactNode {
  const t = useSharedTexts();
  return (
    <Group>
      <Button component={Link} href="~/">
        {t('toStart')}
      </Button>
    </Group>
  );
}
