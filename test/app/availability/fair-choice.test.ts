import * as fc from 'fast-check';
import { fairChoice, leastBusyFirst } from '../../../app/availability/fair-choice';
import { freeSlots } from '../../../app/availability/slots';
import { MINUTE } from '../../../app/availability/local-day';
import { arbitraryQuestion, at, between, salon, service, staffMember } from './salon';

const manicure = service('10', 60, 800);
const staff = ['1', '2', '3', '4'].map((id) => staffMember(id, id === '4' ? [] : [manicure]));
const question = {
  catalogue: salon({ staff }),
  serviceIds: ['10'],
  startsAt: at('2026-06-01T15:00+08:00'),
  now: at('2026-05-20T12:00+08:00'),
  busy: new Map(),
  seed: 0,
};
const hour = (date: string, from: number) => between(`${date}T${from}:00+08:00`, `${date}T${from + 1}:00+08:00`);

test('who has the least to do that day comes first', () => {
  const busy = new Map([
    ['1', [hour('2026-06-01', 10), hour('2026-06-01', 11)]],
    ['2', [hour('2026-06-01', 10)]],
    ['3', [hour('2026-06-01', 10), hour('2026-06-01', 11), hour('2026-06-01', 12)]],
  ]);
  for (const seed of [0, 1, 2]) expect(fairChoice({ ...question, busy, seed })).toEqual(['2', '1', '3']);
});

test('only that local day counts, and squeezed-in visits count once', () => {
  const busy = new Map([
    [
      '1',
      [hour('2026-06-02', 10), hour('2026-05-31', 10), between('2026-05-31T20:00+08:00', '2026-06-01T00:30+08:00')],
    ],
    ['2', [hour('2026-06-01', 10), hour('2026-06-01', 10)]],
    ['3', [hour('2026-06-01', 10), hour('2026-06-01', 11)]],
  ]);
  expect(fairChoice({ ...question, busy })).toEqual(['1', '2', '3']);
});

test('who is not free or does not offer the visit is no candidate', () => {
  const busy = new Map([['2', [hour('2026-06-01', 15)]]]);
  expect(fairChoice({ ...question, busy })).toEqual(['1', '3']);
  expect(fairChoice({ ...question, serviceIds: ['99'] })).toEqual([]);
});

test('equals take turns, each first as often as the others', () => {
  const firsts = Array.from({ length: 300 }, (_, seed) => fairChoice({ ...question, seed })[0]);
  for (const staffId of ['1', '2', '3']) expect(firsts.filter((first) => first === staffId)).toHaveLength(100);
});

test('the same seed gives the same order', () => {
  expect(fairChoice({ ...question, seed: 4_294_967_295 })).toEqual(fairChoice({ ...question, seed: 4_294_967_295 }));
});

test('nobody in, nobody out', () => {
  expect(leastBusyFirst([], question)).toEqual([]);
});

test('the candidates are exactly the staff members whose slot is offered', () => {
  fc.assert(
    fc.property(arbitraryQuestion, fc.nat(60), fc.nat(), (asked, hours, seed) => {
      const startsAt = asked.from + hours * 60 * MINUTE;
      const offered = freeSlots({ ...asked, staffId: null, from: startsAt, to: startsAt + 1 });
      const chosen = fairChoice({ ...asked, startsAt, seed });
      expect(chosen.toSorted()).toEqual(offered.map(({ staffId }) => staffId));
    }),
    { numRuns: 300 },
  );
});
