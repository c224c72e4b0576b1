/** Free slots as the API knows them at this moment. */
import { queryOptions } from '@tanstack/react-query';
import { answered, type Api } from '../../shared/api/client';
import type { Salon, Slot } from '../../shared/api/schema';
import { dayRange } from './days';

export interface Wish {
  serviceIds: readonly string[];
  /** `null`: anyone. */
  staffId: string | null;
  /** The booking that is to be moved, whose own time is free for it. */
  moving?: string | undefined;
}

/** What was free a moment ago may be gone: a day is asked for anew when it is looked at again. */
const FRESH_MS = 15_000;

/** As many days as the API answers at a time. */
const MAX_RANGE_DAYS = 38;

const DAY_MS = 24 * 60 * 60_000;

/** The slots of one local day. */
export function daySlots(api: Api, salon: Salon, wish: Wish, date: string) {
  const { from, to } = dayRange(date, salon.timeZone);
  return queryOptions({
    queryKey: ['slots', salon.id, wish.serviceIds, wish.staffId, date, wish.moving],
    queryFn: () => readSlots(api, salon.id, wish, from, to),
    staleTime: FRESH_MS,
  });
}

/** The first day after `date` with a free slot, as an instant of it; `null` where there is none up to the salon's horizon. */
export async function nextFreeStart(api: Api, salon: Salon, wish: Wish, date: string): Promise<string | null> {
  const last = Date.now() + (salon.horizonDays + 1) * DAY_MS;
  let from = dayRange(date, salon.timeZone).to;
  while (from < last) {
    const to = from + MAX_RANGE_DAYS * DAY_MS;
    const [first] = await readSlots(api, salon.id, wish, from, to);
    if (first) return first.startsAt;
    from = to;
  }
  return null;
}

/** By start; `from` and `to`: epoch milliseconds. */
async function readSlots(
  api: Api,
  merchantId: string,
  { serviceIds, staffId, moving }: Wish,
  from: number,
  to: number,
): Promise<Slot[]> {
  const range = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
  const who = { ...(staffId === null ? {} : { staffId }), ...(moving === undefined ? {} : { moving }) };
  const query = { serviceIds: [...serviceIds], ...range, ...who };
  const params = { path: { merchantId }, query };
  const { slots } = await answered(api.GET('/api/v1/merchants/{merchantId}/availability', { params }));
  return slots.toSorted((a, b) => Date.parse(a.startsAt) - Date.parse(b.startsAt));
}

/** Each start once: whom of those who are free then the visit is with is decided when it is booked. */
export function distinctStarts(slots: readonly Slot[]): string[] {
  return [...new Set(slots.map(({ startsAt }) => startsAt))];
}
