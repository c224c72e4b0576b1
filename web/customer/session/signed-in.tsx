/** What only a signed-in customer sees; to everybody else, how to sign in. */
import { Alert, Button, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Failure, Loading } from '../../shared/parts/states';
import { useTexts } from '../texts';
import { useSession } from './session';

export function SignedIn({ children }: { children: ReactNode }): ReactNode {
  const t = useTexts();
  const { customer, ways, signIn, isSigningIn, error } = useSession();
  const { line, demo } = ways;
  if (customer) return children;
  if (isSigningIn) return <Loading />;
  return (
    <Stack>
      <Text>{t('confirm.signInFirst')}</Text>
      {error !== null && <Failure error={error} />}
      {line !== null && <Button onClick={() => signIn({ liff: line })}>{t('signIn.line')}</Button>}
      {demo.length > 0 && (
        <Alert variant="light" title={t('signIn.demo')}>
          <Stack gap="sm">
            <Text size="sm">{t('signIn.demoText')}</Text>
            {demo.map((customer) => (
              <Button key={customer.name} variant="default" onClick={() => signIn({ demo: customer })}>
                {t('signIn.demoAs', { name: customer.name })}
              </Button>
            ))}
          </Stack>
        </Alert>
      )}
      {line === null && demo.length === 0 && <Alert variant="light">{t('signIn.notInLine')}</Alert>}
    </Stack>
  );
}
