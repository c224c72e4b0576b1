/** Reads what staff members are busy with. */
import type { Pool, QueryConfig } from 'pg';
import { BUSY_SPANS } from '../bookings/statements';
import { queryAsMerchant } from '../database/tenancy';
import type { Interval } from './intervals';
import type { BusyByStaff } from './slots';

const MINUTE = 60_000;

/** Epoch milliseconds. */
export interface BusyRow {
  staff_id: string;
  from: number;
  to: number;
}

/** Longest visit with its buffers: what began this long before a range may still reach into it. */
const MARGIN = 24 * 60 * MINUTE;

/**
 * Everything that at `now` touches the range, widened so that visits and buffers at its edges are judged rightly. `customerId`: who asks,
 * if a customer does; their own holds are not in their way.
 */
export async function readBusy(
  pool: Pool,
  merchantId: string,
  staffIds: readonly string[],
  range: Interval,
  now: number,
  customerId: string | null = null,
): Promise<BusyByStaff> {
  const query = busySpans(merchantId, staffIds, range, now, customerId);
  const { rows } = await queryAsMerchant<BusyRow>(pool, merchantId, query);
  return busyByStaff(rows);
}

/** The same as a statement, for a transaction that is under way; its rows go through `busyByStaff`. */
export function busySpans(
  merchantId: string,
  staffIds: readonly string[],
  range: Interval,
  now: number,
  customerId: string | null = null,
): QueryConfig {
  const span = [new Date(range.from - MARGIN), new Date(range.to + MARGIN)];
  return { ...BUSY_SPANS, values: [merchantId, staffIds, ...span, new Date(now), customerId] };
}

export function busyByStaff(rows: readonly BusyRow[]): BusyByStaff {
  const busy = new Map<string, Interval[]>();
  for (const { staff_id: staffId, from, to } of rows) {
    const spans = busy.get(staffId);
    if (spans) spans.push({ from, to });
    else busy.set(staffId, [{ from, to }]);
  }
  return busy;
}
