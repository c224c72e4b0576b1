/** The page to sign in at with login and password. */
import { Alert, Button, Container, Group, Paper, PasswordInput, Stack, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';
import { answered, type Api } from '../shared/api/client';
import type { Session } from '../shared/api/schema';
import { Preferences } from '../shared/parts/preferences';
import { useProblemText, useStaffTexts } from './texts';

interface SignInProps {
  api: Api;
  title: string;
  /** Why the page is shown to somebody who was, or is, signed in. */
  note: 'otherSite' | 'sessionEnded' | null;
  onSignedIn: (session: Session) => void;
}

export function SignIn({ api, title, note, onSignedIn }: SignInProps): ReactNode {
  const t = useStaffTexts();
  const problemText = useProblemText();
  const form = useForm({ initialValues: { login: '', password: '' } });
  const signIn = useMutation({
    // A password that was refused is refused again.
    retry: false,
    mutationFn: ({ login, password }: { login: string; password: string }) => {
      const body = { login: login.trim(), password };
      return answered(api.POST('/api/v1/sessions', { body, credentials: 'include' }));
    },
    onSuccess: onSignedIn,
  });
  useEffect(() => {
    document.title = `${t('signIn')} · ${title}`;
  });
  return (
    <SignInFrame title={title}>
      <Paper withBorder p="lg" component="form" onSubmit={form.onSubmit((values) => signIn.mutate(values))}>
        <Stack>
          {note !== null && <Alert color="yellow">{t(note)}</Alert>}
          <TextInput
            label={t('login')}
            autoComplete="username"
            required
            minLength={3}
            withAsterisk={false}
            {...form.getInputProps('login')}
          />
          <PasswordInput
            label={t('password')}
            autoComplete="current-password"
            required
            withAsterisk={false}
            {...form.getInputProps('password')}
          />
          {signIn.error && (
            <Alert color="red" role="alert">
              {problemText(signIn.error)}
            </Alert>
          )}
          <Button type="submit" loading={signIn.isPending}>
            {t('signIn')}
          </Button>
        </Stack>
      </Paper>
    </SignInFrame>
  );
}

/** Around the page to sign in at, and around the wait for whether it is needed. */
export function SignInFrame({ title, children }: { title: string; children: ReactNode }): ReactNode {
  return (
    <Container size={420} component="main" py="xl">
      <Group justify="space-between" mb="md" wrap="nowrap">
        <Title order={1} size="h3">
          {title}
        </Title>
        <Preferences />
      </Group>
      {children}
    </Container>
  );
}
