/** Takes away and erases what the salon holds about the customer (requirement C15). */
import { useMutation } from '@tanstack/react-query';
import { useRef } from 'react';
import { answered } from '../../shared/api/client';
import { ConnectionLost, hasCode } from '../../shared/api/errors';
import { saveJson } from '../../shared/save-json';
import { useDraft } from '../booking/draft';
import { useThisSalon } from '../salon/salon-context';
import { useApi, useSession } from '../session/session';
import { erasureKey } from '../session/erased';

export function useExport(customerId: string) {
  const api = useApi();
  const { salon } = useThisSalon();
  return useMutation({
    mutationFn: () => {
      const params = { path: { merchantId: salon.id, customerId } };
      return answered(api.GET('/api/v1/merchants/{merchantId}/customers/{customerId}/export', { params }));
    },
    onSuccess: (found) => saveJson(`customer-${customerId}`, found),
  });
}

/** Ends the session when it is done: there is nobody to be signed in as any more. */
export function useErase(customerId: string) {
  const api = useApi();
  const { salon } = useThisSalon();
  const { forget } = useSession();
  const { clear } = useDraft();
  const unanswered = useRef(false);
  return useMutation({
    mutationKey: erasureKey(salon.id),
    mutationFn: async () => {
      const params = { path: { merchantId: salon.id, customerId } };
      try {
        await answered(api.POST('/api/v1/merchants/{merchantId}/customers/{customerId}/erase', { params }));
      } catch (error) {
        // Whose answer got lost may have been erased, and has no token then to ask again with.
        if (unanswered.current && hasCode(error, 'unauthenticated')) return;
        unanswered.current ||= error instanceof ConnectionLost;
        throw error;
      }
    },
    onSuccess: () => {
      clear();
      forget();
    },
  });
}
