/** Language and appearance, in the head of every page. */
import { ActionIcon, Button, Group, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import type { ReactNode } from 'react';
import { useSharedTexts } from '../i18n/texts';
import { useLanguage } from '../i18n/language';
import { Icon } from './icon';

export function Preferences(): ReactNode {
  const t = useSharedTexts();
  const { language, choose } = useLanguage();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const other = language === 'en' ? 'zh-Hant' : 'en';
  return (
    <Group gap={4} wrap="nowrap">
      <Button variant="subtle" size="compact-sm" lang={other} onClick={() => choose(other)}>
        {t('switchLanguage')}
      </Button>
      <ActionIcon
        variant="subtle"
        size="lg"
        aria-label={scheme === 'dark' ? t('toLight') : t('toDark')}
        onClick={() => setColorScheme(scheme === 'dark' ? 'light' : 'dark')}
      >
        <Icon name={scheme === 'dark' ? 'sun' : 'moon'} />
      </ActionIcon>
    </Group>
  );
}
