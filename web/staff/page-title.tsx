/** The head of a page: what it is, and what can be done there. */
import { Group, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';

export function PageTitle({ title, children }: { title: string; children?: ReactNode }): ReactNode {
  useEffect(() => {
    document.title = `${title} · Nailbook`;
  }, [title]);
  return (
    <Group justify="space-between" mb="md">
      <Title order={1} size="h2">
        {title}
      </Title>
      {children !== undefined && <Group gap="xs">{children}</Group>}
    </Group>
  );
}
