/** Grey shapes where a list will be, as high as it will be, so that nothing moves when it comes. */
import { Skeleton, Stack, VisuallyHidden } from '@mantine/core';
import type { ReactNode } from 'react';
import { useSharedTexts } from '../../shared/i18n/texts';

export function Waiting({ rows, height }: { rows: number; height: number }): ReactNode {
  const t = useSharedTexts();
  return (
    <Stack gap="xs">
      <VisuallyHidden component="output">{t('loading')}</VisuallyHidden>
      {Array.from({ length: rows }, (_row, index) => (
        <Skeleton key={index} height={height} radius="md" />
      ))}
    </Stack>
  );
}
