/** A sheet at the side of the page, for one thing that was chosen or is made. */
import { Drawer, type MantineSize } from '@mantine/core';
import type { ReactNode } from 'react';
import { useSharedTexts } from '../shared/i18n/texts';

interface SheetProps {
  opened: boolean;
  onClose: () => void;
  title: string;
  size?: MantineSize;
  children: ReactNode;
}

export function Sheet({ opened, onClose, title, size = 'md', children }: SheetProps): ReactNode {
  const shared = useSharedTexts();
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="right"
      title={title}
      size={size}
      closeButtonProps={{ 'aria-label': shared('close') }}
      // Its head is a <header>, of which a page has one already.
      attributes={{ header: { role: 'presentation' } }}
    >
      {children}
    </Drawer>
  );
}
