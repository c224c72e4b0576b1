/** An address that leads nowhere, and the way on from there. */
import { Button, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useSharedTexts } from '../../shared/i18n/texts';
import { Page } from './page';

/** `title`: what is not there, where more is known than that it is no page. */
export function NotFoundPage({ title }: { title?: string }): ReactNode {
  const t = useSharedTexts();
  return (
    <Page title={title ?? t('pageUnknown')} heading="Nailbook">
      <Stack align="start">
        <Button component={Link} href="~/">
          {t('toStart')}
        </Button>
      </Stack>
    </Page>
  );
}
