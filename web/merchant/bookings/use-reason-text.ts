/** A reason in the API's words, which name staff and services by their numbers; where these are the point, in words of this site. */
import type { Reason } from '../../shared/api/schema';
import { useStaffTexts } from '../../staff/texts';

export function useReasonText(): (reason: Pick<Reason, 'code' | 'message'>) => string {
  const t = useStaffTexts();
  return ({ code, message }) => (code === 'not_offered' ? t('problem.not_offered') : message);
}
