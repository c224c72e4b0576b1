import * as fc from 'fast-check';
import { alternatives } from '../../../app/availability/alternatives';
import { MINUTE } from '../../../app/availability/local-day';
import { freeSlots, type Question } from '../../../app/availability/slots';
import { arbitraryQuestion, at, between, iso, salon } from './salon';

const MONDAY_15 = at('2026-06-01T15:00+08:00');
const all = between('2026-06-01T00:00+08:00', '2026-06-03T00:00+08:00');

function offered(changes: Partial<Question & { seed: number; to: number }> = {}): string[] {
  const question = {
    catalogue: salon(),
    serviceIds: ['10'],
    staffId: '1',
    now: at('2026-05-20T12:00+08:00'),
    busy: new Map(),
    startsAt: MONDAY_15,
    seed: 0,
    ...all,
    ...changes,
  };
  return alternatives(question).map(({ startsAt, staffId }) => `${iso(startsAt)} ${staffId}`);
}

test('the nearest slots of the same staff member are offered, earlier and later', () => {
  const busy = new Map([['1', [{ from: MONDAY_15, to: MONDAY_15 + 60 * MINUTE }]]]);
  expect(offered({ busy })).toEqual([
    '2026-06-01T06:00Z 1',
    '2026-06-01T08:00Z 1',
    '2026-06-01T05:30Z 1',
    '2026-06-01T08:30Z 1',
    '2026-06-01T05:00Z 1',
  ]);
});

test('the refused slot is not offered again even if nobody is known to have it', () => {
  expect(offered()).not.toContain('2026-06-01T07:00Z 1');
  expect(offered({ staffId: null })).not.toContain('2026-06-01T07:00Z 1');
  expect(offered({ staffId: null })).not.toContain('2026-06-01T07:00Z 2');
});

test('others help out when the staff member has too few, first at the very time wanted', () => {
  const busy = new Map([['1', [between('2026-06-01T10:00+08:00', '2026-06-03T00:00+08:00')]]]);
  expect(offered({ busy })).toEqual([
    '2026-06-01T01:00Z 1',
    '2026-06-01T07:00Z 2',
    '2026-06-01T06:30Z 2',
    '2026-06-01T07:30Z 2',
    '2026-06-01T06:00Z 2',
  ]);
});

test('anyone gets different starts, each with the less busy staff member', () => {
  const busy = new Map([['1', [between('2026-06-01T09:00+08:00', '2026-06-01T10:00+08:00')]]]);
  expect(offered({ staffId: null, busy })).toEqual([
    '2026-06-01T06:30Z 2',
    '2026-06-01T07:30Z 2',
    '2026-06-01T06:00Z 2',
    '2026-06-01T08:00Z 2',
    '2026-06-01T05:30Z 2',
  ]);
  expect(offered({ staffId: null, seed: 1 })[0]).toBe('2026-06-01T06:30Z 2');
  expect(offered({ staffId: null, seed: 2 })[0]).toBe('2026-06-01T06:30Z 1');
});

test('nothing free is an empty list', () => {
  expect(offered({ serviceIds: ['99'] })).toEqual([]);
  expect(offered({ to: all.from })).toEqual([]);
});

test('alternatives are free slots, and none nearer is left out', () => {
  const wanted = fc.constantFrom(null, '1', '2', '3');
  fc.assert(
    fc.property(arbitraryQuestion, wanted, fc.nat(72), fc.nat(), (asked, staffId, hours, seed) => {
      const startsAt = asked.from + hours * 60 * MINUTE;
      const found = alternatives({ ...asked, staffId, startsAt, seed });
      const free = freeSlots({ ...asked, staffId: null });
      for (const slot of found) expect(free).toContainEqual(slot);
      const own = free.filter((slot) => slot.startsAt !== startsAt && (staffId === null || slot.staffId === staffId));
      const distances = [...new Set(own.map((slot) => slot.startsAt))].map((start) => Math.abs(start - startsAt));
      const nearest = distances.toSorted((a, b) => a - b).slice(0, 5);
      const firsts = found.slice(0, nearest.length).map((slot) => Math.abs(slot.startsAt - startsAt));
      expect(firsts).toEqual(nearest);
      expect(new Set(found.map((slot) => `${slot.startsAt} ${slot.staffId}`)).size).toBe(found.length);
      expect(found.length).toBeLessThanOrEqual(5);
    }),
    { numRuns: 150 },
  );
});
