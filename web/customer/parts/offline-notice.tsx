/** Says that the device has no network, for as long as it has none. */
import { Alert } from '@mantine/core';
import { onlineManager } from '@tanstack/react-query';
import { type ReactNode, useSyncExternalStore } from 'react';
import { useSharedTexts } from '../../shared/i18n/texts';

const subscribe = (changed: () => void): (() => void) => onlineManager.subscribe(changed);
const isOnline = (): boolean => onlineManager.isOnline();

export function OfflineNotice(): ReactNode {
  const t = useSharedTexts();
  if (useSyncExternalStore(subscribe, isOnline)) return null;
  return (
    <Alert color="yellow" variant="light" role="alert">
      {t('offline')}
    </Alert>
  );
}
