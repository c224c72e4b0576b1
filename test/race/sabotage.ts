/** Two ways to break what keeps bookings apart: the race test must notice both, or it proves nothing. */
import { readFileSync, writeFileSync } from 'node:fs';

export type Sabotage = 'without-constraint' | 'plain-insert';

/**
 * The constraint by its name, so that `ON CONFLICT ON CONSTRAINT` still finds it, over something that never conflicts: every booking
 * has an id of its own.
 */
export const WITHOUT_CONSTRAINT = `
ALTER TABLE bookings DROP CONSTRAINT no_overlap_bookings;
ALTER TABLE bookings ADD CONSTRAINT no_overlap_bookings EXCLUDE USING gist
  (merchant_id WITH =, staff_id WITH =, id WITH =, tstzrange(busy_from, busy_to, '[)') WITH &&)
  WHERE (status IN ('held', 'pending', 'confirmed') AND NOT squeezed_in)`;

const SPECULATIVE = 'ON CONFLICT ON CONSTRAINT no_overlap_bookings DO NOTHING';

/** Makes every insert of a built API a plain one, which writes first and checks afterwards. */
export function makeInsertsPlain(program: string): void {
  const source = readFileSync(program, 'utf8');
  if (!source.includes(SPECULATIVE)) throw new Error(`${program} has no "${SPECULATIVE}" to take out`);
  writeFileSync(program, source.replaceAll(SPECULATIVE, ''));
}
