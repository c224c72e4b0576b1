/** What the salon holds about the customer, to be taken away or erased. */
import { Button, CopyButton, Group, Stack, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { CustomerExport } from '../../shared/api/schema';
import { Dialog } from '../../shared/parts/dialog';
import { Failure } from '../../shared/parts/states';
import { toJson } from '../../shared/save-json';
import { Page } from '../parts/page';
import { useThisSalon } from '../salon/salon-context';
import { useSession } from '../session/session';
import { SignedIn } from '../session/signed-in';
import { useTexts } from '../texts';
import { ErasedPage } from './erased-page';
import { KEPT_FOR } from './kept-for';
import { useErase, useExport } from './use-personal-data';

export function PersonalDataPage(): ReactNode {
  const t = useTexts();
  const { salon } = useThisSalon();
  const { customer, isErased } = useSession();
  if (isErased) return <ErasedPage />;
  return (
    <Page title={t('data.title')} heading={salon.name} back="/visits">
      <SignedIn>
        {customer && (
          <Stack>
            <Text>{t('data.held', { salon: salon.name })}</Text>
            <Text>{t('data.kept', KEPT_FOR)}</Text>
            <Export customerId={customer.customerId} />
            <Erasure customerId={customer.customerId} />
          </Stack>
        )}
      </SignedIn>
    </Page>
  );
}

function Export({ customerId }: { customerId: string }): ReactNode {
  const t = useTexts();
  const { mutate, isPending, error, data } = useExport(customerId);
  return (
    <Stack gap="sm">
      <Button variant="default" loading={isPending} onClick={() => mutate()}>
        {t('data.export')}
      </Button>
      {error && <Failure error={error} />}
      {data && <Exported data={data} />}
    </Stack>
  );
}

/** A browser inside another app, such as LINE's, may have no place for files, and does not say so. */
function Exported({ data }: { data: CustomerExport }): ReactNode {
  const t = useTexts();
  return (
    <Group justify="space-between">
      <Text size="sm" component="output">
        {t('data.exported')}
      </Text>
      <CopyButton value={toJson(data)}>
        {({ copied, copy }) => (
          <Button variant="default" size="compact-sm" onClick={copy}>
            {copied ? t('data.copied') : t('data.copy')}
          </Button>
        )}
      </CopyButton>
    </Group>
  );
}

function Erasure({ customerId }: { customerId: string }): ReactNode {
  const t = useTexts();
  const { salon } = useThisSalon();
  const [asking, setAsking] = useState(false);
  const erase = useErase(customerId);
  const close = () => {
    // Closing would not stop it.
    if (erase.isPending) return;
    erase.reset();
    setAsking(false);
  };
  return (
    <>
      <Button variant="subtle" color="red" onClick={() => setAsking(true)}>
        {t('data.erase')}
      </Button>
      <Dialog opened={asking} onClose={close} title={t('data.eraseTitle')}>
        <Stack>
          <Text>{t('data.eraseText', { salon: salon.name })}</Text>
          <Text fw={600}>{t('data.eraseFinal')}</Text>
          {erase.error && <Failure error={erase.error} />}
          <Group grow>
            <Button variant="default" disabled={erase.isPending} onClick={close}>
              {t('data.eraseNo')}
            </Button>
            <Button color="red" loading={erase.isPending} onClick={() => erase.mutate()}>
              {t('data.eraseYes')}
            </Button>
          </Group>
        </Stack>
      </Dialog>
    </>
  );
}
