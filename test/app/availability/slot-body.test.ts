import fc from 'fast-check';
import { slotBody } from '../../../app/availability/slot-body';

const MINUTE = 60_000;
/** Milliseconds of the years 1900 to 2199. */
const instants = fc.integer({ min: Date.UTC(1900, 0), max: Date.UTC(2200, 0) - 1 });

describe('the body of a slot', () => {
  test('writes its instants in RFC 3339, in UTC', () => {
    const startsAt = Date.UTC(2026, 11, 31, 23, 30);
    expect(slotBody({ startsAt, endsAt: startsAt + 30 * MINUTE, staffId: '7' })).toEqual({
      startsAt: '2026-12-31T23:30:00.000Z',
      endsAt: '2027-01-01T00:00:00.000Z',
      staffId: '7',
    });
  });

  test('writes any instant, on the whole minute or not, as Date does, whatever was written before', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(instants, instants, fc.boolean()), { minLength: 1 }), (pairs) => {
        for (const [a, b, whole] of pairs) {
          const [startsAt, endsAt] = whole ? [a - (a % MINUTE), b - (b % MINUTE)] : [a, b];
          expect(slotBody({ startsAt, endsAt, staffId: '1' })).toEqual({
            startsAt: new Date(startsAt).toISOString(),
            endsAt: new Date(endsAt).toISOString(),
            staffId: '1',
          });
        }
      }),
    );
  });
});
