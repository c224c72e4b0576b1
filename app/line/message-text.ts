/** The texts of messages, in Traditional Chinese and English, with the salon's local time. */
import type { Language } from './language';
import type { MessageFacts, Opening } from './message';

/** First line; the visit's facts follow. */
const OPENINGS: Record<Language, Record<Opening, (salon: string) => string>> = {
  'zh-TW': {
    booking_confirmed: (salon) => `【${salon}】預約成功，期待您的光臨！`,
    booking_pending: (salon) => `【${salon}】已收到您的預約，店家確認後會再通知您。`,
    move_pending: (salon) => `【${salon}】您的預約已更改時間，店家確認後會再通知您。新的時間：`,
    booking_rescheduled: (salon) => `【${salon}】您的預約已改期，新的時間如下：`,
    booking_cancelled: (salon) => `【${salon}】您的預約已取消：`,
    slot_offered: (salon) => `【${salon}】您候補的時段有空位了！`,
    reminder: (salon) => `【${salon}】提醒您即將到來的預約：`,
  },
  en: {
    booking_confirmed: (salon) => `${salon}: your booking is confirmed. See you soon!`,
    booking_pending: (salon) => `${salon}: we have your booking request and will tell you when the salon confirms it.`,
    move_pending: (salon) =>
      `${salon}: your booking has another time, which the salon still has to confirm. We will tell you. The new time:`,
    booking_rescheduled: (salon) => `${salon}: your booking has moved. The new time:`,
    booking_cancelled: (salon) => `${salon}: your booking is cancelled:`,
    slot_offered: (salon) => `${salon}: a slot that you were waiting for is free!`,
    reminder: (salon) => `${salon}: a reminder of your coming visit:`,
  },
};

interface Labels {
  when: (text: string) => string;
  services: (names: string) => string;
  staff: (name: string) => string;
  price: (amount: string) => string;
  offer: (until: string) => string;
  and: string;
}

const LABELS: Record<Language, Labels> = {
  'zh-TW': {
    when: (text) => `時間：${text}`,
    services: (names) => `項目：${names}`,
    staff: (name) => `美甲師：${name}`,
    price: (amount) => `金額：NT$${amount}`,
    offer: (until) => `時段為您保留至 ${until}，請在此之前完成預約。`,
    and: '、',
  },
  en: {
    when: (text) => `When: ${text}`,
    services: (names) => `What: ${names}`,
    staff: (name) => `With: ${name}`,
    price: (amount) => `Price: NT$${amount}`,
    offer: (until) => `We keep it for you until ${until}: please book it before then.`,
    and: ', ',
  },
};

/** A plain text of at most some 2,000 characters (LINE allows 5,000). */
export function messageText(facts: MessageFacts): string {
  const { opening, language, timeZone, startsAt, expiresAt, staff, services, price } = facts;
  const labels = LABELS[language];
  const lines = [
    OPENINGS[language][opening](facts.salon),
    labels.when(localTime(startsAt, timeZone, language)),
    ...(services.length === 0 ? [] : [labels.services(services.join(labels.and))]),
    ...(staff === '' ? [] : [labels.staff(staff)]),
    ...(opening === 'booking_cancelled' ? [] : [labels.price(price.toLocaleString('en'))]),
    ...(opening === 'slot_offered' && expiresAt ? [labels.offer(localTime(expiresAt, timeZone, language))] : []),
  ];
  return lines.join('\n');
}

/** What a salon sends to see whether its channel works. */
export function testMessageText(salon: string, language: Language): string {
  return language === 'en'
    ? `${salon}: a test message. Our booking messages reach you.`
    : `【${salon}】測試訊息：您可以收到我們的預約通知。`;
}

/** Making a formatter takes 50 microseconds, using one takes two. */
const formatters = new Map<string, Intl.DateTimeFormat>();

/** `11月3日 週二 15:00` or `Tue 3 Nov, 15:00`. */
function localTime(instant: Date, timeZone: string, language: Language): string {
  const key = `${language} ${timeZone}`;
  let formatter = formatters.get(key);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
      timeZone,
      month: language === 'en' ? 'short' : 'numeric',
      day: 'numeric',
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    formatters.set(key, formatter);
  }
  const parts = Object.fromEntries(formatter.formatToParts(instant).map(({ type, value }) => [type, value]));
  const { month, day, weekday, hour, minute } = parts;
  return language === 'en'
    ? `${weekday} ${day} ${month}, ${hour}:${minute}`
    : `${month}月${day}日 ${weekday} ${hour}:${minute}`;
}
