/** A reason as the API shows it: a stable code for programs, and words for people. */
import { type Static, Type } from 'typebox';
import type { Language } from '../http/language';
import type { Reason } from './explain';
import { describeReason } from './reason-text';

export const ReasonBody = Type.Object(
  {
    code: Type.String({ description: 'Stable name of the reason: off_grid, too_soon, overlaps_booking …' }),
    field: Type.String({ description: 'The input that would have to change: startsAt, staffId or serviceIds' }),
    message: Type.String({
      description: 'What stands against it and what is allowed; times are local; in the language of the request',
    }),
  },
  { title: 'Reason' },
);
export type ReasonBody = Static<typeof ReasonBody>;

/** `timeZone`: the salon's, in which times are given. */
export function reasonBody(reason: Reason, timeZone: string, language: Language): ReasonBody {
  return { code: reason.code, ...describeReason(reason, timeZone, language) };
}
