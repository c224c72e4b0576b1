/** The last page that somebody sees who had their data erased. */
import { Button, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useSharedTexts } from '../../shared/i18n/texts';
import { Page } from '../parts/page';
import { useThisSalon } from '../salon/salon-context';
import { useTexts } from '../texts';

export function ErasedPage(): ReactNode {
  const t = useTexts();
  const shared = useSharedTexts();
  const { salon } = useThisSalon();
  return (
    <Page title={t('data.erased')} heading={salon.name}>
      <Stack align="start">
        <Text>{t('data.erasedText', { salon: salon.name })}</Text>
        <Button variant="default" component={Link} href="~/">
          {shared('toStart')}
        </Button>
      </Stack>
    </Page>
  );
}
