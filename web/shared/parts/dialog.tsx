/** A question that has to be answered before the page goes on. */
import { Group, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { useSharedTexts } from '../i18n/texts';

export interface DialogProps {
  title: ReactNode;
  opened: boolean;
  onClose: () => void;
  children: ReactNode;
}

/** Put together from the parts of Mantine's modal: its own head is a `<header>`, which the page has already. */
export function Dialog({ title, opened, onClose, children }: DialogProps): ReactNode {
  const t = useSharedTexts();
  return (
    <Modal.Root opened={opened} onClose={onClose} centered>
      <Modal.Overlay />
      <Modal.Content>
        <Modal.Body pt="md">
          <Group justify="space-between" wrap="nowrap" mb="md">
            <Modal.Title fw={600}>{title}</Modal.Title>
            <Modal.CloseButton aria-label={t('close')} />
          </Group>
          {children}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
