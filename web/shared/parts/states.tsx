/** What a page shows while it has nothing to show yet, has nothing at all, or failed. */
import { Alert, Button, Center, Group, Loader, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useSharedTexts } from '../i18n/texts';
import { ApiProblem } from '../api/errors';
import { problemText } from '../i18n/problem-text';

/** Takes the place of a page of unknown length; known shapes use skeletons, so that nothing moves when they fill. */
export function Loading(): ReactNode {
  const t = useSharedTexts();
  return (
    <Center mih="50vh" component="output">
      <Loader aria-label={t('loading')} />
    </Center>
  );
}

export function Empty({ text, children }: { text: string; children?: ReactNode }): ReactNode {
  return (
    <Stack align="center" py="xl" gap="md">
      <Text c="dimmed" ta="center">
        {text}
      </Text>
      {children}
    </Stack>
  );
}

/** Says what went wrong and offers to try again, where that can help. */
export function Failure({ error, retry, title }: { error: unknown; retry?: () => void; title?: string }): ReactNode {
  const t = useSharedTexts();
  return (
    <Alert color="red" variant="light" role="alert" title={title} my="sm">
      <Stack gap="sm">
        <Text size="sm">{problemText(error, t)}</Text>
        {error instanceof ApiProblem && error.status >= 500 && (
          <Text size="xs" c="dimmed">
            {t('requestId', { id: error.problem.requestId })}
          </Text>
        )}
        {retry && (
          <Group>
            <Button size="xs" variant="default" onClick={retry}>
              {t('again')}
            </Button>
          </Group>
        )}
      </Stack>
    </Alert>
  );
}
