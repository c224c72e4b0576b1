/** Why a message did not arrive, or not yet, in the reader's language. */
import { useSharedTexts } from '../../shared/i18n/texts';
import type { Booking } from '../../shared/api/schema';
import { en } from '../strings';
import { useTexts } from '../texts';

const STATUSES: readonly Booking['status'][] = ['held', 'pending', 'confirmed', 'completed', 'cancelled', 'no_show'];

/** Takes the log's reason; one that this site does not know keeps its name. */
export function useDeliveryReason(): (reason: string) => string {
  const t = useTexts();
  const shared = useSharedTexts();
  return (reason) => {
    if (isKnown(reason)) return t(`notifications.reasons.${reason}`);
    if (reason.startsWith('line_unavailable_')) return t('notifications.lineUnavailable');
    if (reason.startsWith('refused_by_line_')) return t('notifications.lineRefused');
    const status = STATUSES.find((one) => reason === `booking_is_${one}`);
    return status ? t('notifications.bookingIs', { status: shared(`status.${status}`) }) : reason;
  };
}

function isKnown(reason: string): reason is keyof typeof en.notifications.reasons {
  return Object.hasOwn(en.notifications.reasons, reason);
}
