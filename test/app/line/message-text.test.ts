import type { MessageFacts, Opening } from '../../../app/line/message';
import { messageText } from '../../../app/line/message-text';

const facts: MessageFacts = {
  opening: 'booking_confirmed',
  salon: '小樹美甲',
  timeZone: 'Asia/Taipei',
  language: 'zh-TW',
  startsAt: new Date('2026-11-03T15:59:00Z'),
  expiresAt: null,
  staff: '林雅婷',
  services: ['單色凝膠', '卸甲'],
  price: 1400,
};

const OPENINGS: Opening[] = [
  'booking_confirmed',
  'booking_pending',
  'booking_rescheduled',
  'move_pending',
  'booking_cancelled',
  'slot_offered',
  'reminder',
];

test.each(OPENINGS)('%s names the salon, the services and the local time in both languages', (opening) => {
  const chinese = messageText({ ...facts, opening });
  for (const part of ['【小樹美甲】', '11月3日 週二 23:59', '單色凝膠、卸甲', '林雅婷'])
    expect(chinese).toContain(part);
  // Chinese is written with wide punctuation.
  expect(chinese).not.toMatch(/\p{Script=Han}[,:!]/u);
  const english = messageText({ ...facts, opening, language: 'en' });
  for (const part of ['小樹美甲:', 'Tue 3 Nov, 23:59', '單色凝膠, 卸甲', '林雅婷']) expect(english).toContain(part);
  expect(english.replaceAll(/小樹美甲|單色凝膠|卸甲|林雅婷/g, '')).toMatch(/^[ -~\n]+$/);
});

test('the time is the salon’s, also where clocks change', () => {
  const newYork = (startsAt: string) =>
    messageText({ ...facts, language: 'en', timeZone: 'America/New_York', startsAt: new Date(startsAt) });
  expect(newYork('2026-11-01T05:30:00Z')).toContain('Sun 1 Nov, 01:30');
  expect(newYork('2026-11-01T07:30:00Z')).toContain('Sun 1 Nov, 02:30');
  expect(messageText({ ...facts, startsAt: new Date('2026-11-02T16:00:00Z') })).toContain('11月3日 週二 00:00');
});

test('an offered slot says until when it is kept, and a cancellation names no price', () => {
  const offer = { ...facts, opening: 'slot_offered' as const, expiresAt: new Date('2026-11-02T04:10:00Z') };
  expect(messageText(offer)).toContain('保留至 11月2日 週一 12:10');
  expect(messageText({ ...offer, language: 'en' })).toContain('until Mon 2 Nov, 12:10');
  expect(messageText({ ...facts, opening: 'booking_cancelled' })).not.toContain('NT$');
  expect(messageText(facts)).toContain('NT$1,400');
});
