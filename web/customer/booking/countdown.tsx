/** How long a slot is still kept, and a word when it no longer is. */
import { Text } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import { useTexts } from '../texts';

/** Milliseconds until the instant, never less than 0; looks at the clock every second. */
export function useTimeLeft(until: string): number {
  const left = () => Math.max(0, Date.parse(until) - Date.now());
  const [shown, setShown] = useState(left);
  useEffect(() => {
    const timer = setInterval(() => setShown(Math.max(0, Date.parse(until) - Date.now())), 1_000);
    return () => clearInterval(timer);
  }, [until]);
  return shown;
}

/** Not read out each second: a screen reader's user can look at it when they wish. */
export function Countdown({ left }: { left: number }): ReactNode {
  const t = useTexts();
  const seconds = Math.ceil(left / 1_000);
  const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  return (
    <Text size="sm" role="timer" aria-live="off">
      {t('confirm.keptFor', { time })}
    </Text>
  );
}
