/** An address that leads nowhere. */
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useSharedTexts } from '../../shared/i18n/texts';
import { Empty } from '../../shared/parts/states';
import { Page } from './page';

export function NotFoundPage(): ReactNode {
  const t = useSharedTexts();
  return (
    <Page title={t('pageUnknown')} heading="Nailbook">
      <Empty text={t('pageUnknown')}>
        <Button component={Link} href="~/">
          {t('toStart')}
        </Button>
      </Empty>
    </Page>
  );
}
