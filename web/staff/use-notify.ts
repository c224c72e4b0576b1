/** Tells what came of a change, in a corner of the page. */
import { type NotificationData, notifications } from '@mantine/notifications';
import { useSharedTexts } from '../shared/i18n/texts';

export function useNotify(): (notification: NotificationData) => void {
  const shared = useSharedTexts();
  return (notification) =>
    void notifications.show({ ...notification, closeButtonProps: { 'aria-label': shared('close') } });
}
