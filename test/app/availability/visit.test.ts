import { refusalsOf, visitOf, visitTimes } from '../../../app/availability/visit';
import { at, salon, service, staffMember } from './salon';

const wash = service('10', 30, 300, { bufferBeforeMinutes: 5, bufferAfterMinutes: 10 });
const gel = service('11', 90, 1200, { bufferBeforeMinutes: 15, bufferAfterMinutes: 20 });
const slowOffers = new Map([
  ['10', { durationMinutes: 45, price: 250 }],
  ['11', { durationMinutes: 120, price: 1500 }],
]);
const catalogue = salon({
  services: [wash, gel],
  staff: [staffMember('1', [wash, gel]), staffMember('2', [wash]), staffMember('3', [], { offers: slowOffers })],
});

test('a visit takes the durations and prices of the staff member who does it', () => {
  expect(visitOf(catalogue, '1', ['10', '11'])).toMatchObject({
    ok: true,
    visit: { durationMinutes: 120, price: 1500 },
  });
  expect(visitOf(catalogue, '3', ['10', '11'])).toMatchObject({
    ok: true,
    visit: { durationMinutes: 165, price: 1750 },
  });
});

test('a visit is busy from the buffer before its first service to the buffer after its last', () => {
  const result = visitOf(catalogue, '1', ['10', '11']);
  if (!result.ok) throw new Error('the visit was refused');
  expect(visitTimes(result.visit, at('2026-06-01T10:00Z'))).toEqual({
    startsAt: at('2026-06-01T10:00Z'),
    endsAt: at('2026-06-01T12:00Z'),
    busy: { from: at('2026-06-01T09:55Z'), to: at('2026-06-01T12:20Z') },
  });
});

test('the order of services decides whose buffers count', () => {
  expect(visitOf(catalogue, '1', ['11', '10'])).toMatchObject({
    ok: true,
    visit: { serviceIds: ['11', '10'], bufferBeforeMinutes: 15, bufferAfterMinutes: 10 },
  });
});

test('a service named twice is done twice', () => {
  expect(visitOf(catalogue, '1', ['10', '10'])).toMatchObject({ ok: true, visit: { durationMinutes: 60, price: 600 } });
});

test('everything that makes a visit impossible is named at once', () => {
  expect(visitOf(catalogue, '2', ['10', '11', '99'])).toEqual({
    ok: false,
    refusals: [
      { code: 'not_offered', serviceId: '11', staffId: '2' },
      { code: 'unknown_service', serviceId: '99' },
    ],
  });
  expect(visitOf(catalogue, '7', ['10', '99'])).toEqual({
    ok: false,
    refusals: [
      { code: 'staff_unknown', staffId: '7' },
      { code: 'unknown_service', serviceId: '99' },
    ],
  });
  expect(visitOf(catalogue, '1', [])).toEqual({ ok: false, refusals: [{ code: 'no_services' }] });
});

test('what nobody could do is told apart from what nobody does all of', () => {
  expect(refusalsOf(catalogue, null, ['10', '11'])).toEqual([]);
  expect(refusalsOf(catalogue, null, ['99', '10', '99'])).toEqual([{ code: 'unknown_service', serviceId: '99' }]);
  const hands = service('12', 30, 300);
  const apart = salon({ services: [wash, gel, hands], staff: [staffMember('1', [gel]), staffMember('2', [wash])] });
  expect(refusalsOf(apart, null, ['10', '12'])).toEqual([{ code: 'not_offered', serviceId: '12', staffId: null }]);
  expect(refusalsOf(apart, null, ['10', '11'])).toEqual([{ code: 'not_offered_together', serviceIds: ['10', '11'] }]);
  expect(refusalsOf(salon({ services: [wash], staff: [] }), null, ['10'])).toHaveLength(1);
});
