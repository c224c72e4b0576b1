/** Money and times as people in Taiwan write them; times always in the salon's own zone, wherever the phone is. */

export type Language = 'zh-Hant' | 'en';

const LOCALES: Record<Language, string> = { 'zh-Hant': 'zh-TW', en: 'en-GB' };

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making one takes a hundred times as long as using it. */
function format(language: Language, timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify([language, timeZone, options]);
  const known = formats.get(key) ?? new Intl.DateTimeFormat(LOCALES[language], { timeZone, ...options });
  formats.set(key, known);
  return known;
}

/** `instant`: RFC 3339, or epoch milliseconds. `15:30`. */
export function formatTime(instant: string | number, timeZone: string, language: Language): string {
  return format(language, timeZone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(instant));
}

/** `12月1日 週二` or `Tue, 1 Dec`. */
export function formatDay(instant: string | number, timeZone: string, language: Language): string {
  return format(language, timeZone, { month: 'short', day: 'numeric', weekday: 'short' }).format(new Date(instant));
}

/** `2026年12月1日` or `1 Dec 2026`. */
export function formatDate(instant: string | number, timeZone: string, language: Language): string {
  return format(language, timeZone, { dateStyle: 'medium' }).format(new Date(instant));
}

/** `2026年12月1日 星期二`. */
export function formatFullDay(instant: string | number, timeZone: string, language: Language): string {
  return format(language, timeZone, { dateStyle: 'full' }).format(new Date(instant));
}

/** From one local date to another, `2026-11-16`: `16 – 22 November 2026`. */
export function formatDays(from: string, to: string, language: Language): string {
  const range = format(language, 'UTC', { day: 'numeric', month: 'long', year: 'numeric' });
  return range.formatRange(new Date(from), new Date(to));
}

export function formatWeekday(instant: string | number, timeZone: string, language: Language): string {
  return format(language, timeZone, { weekday: 'short' }).format(new Date(instant));
}

export function formatDayAndTime(instant: string | number, timeZone: string, language: Language): string {
  return `${formatDay(instant, timeZone, language)} ${formatTime(instant, timeZone, language)}`;
}

/** Whole New Taiwan dollars. */
export function formatPrice(dollars: number): string {
  return `NT$${dollars.toLocaleString('en-US')}`;
}

/** The local date, `2026-12-01`. */
export function localDate(instant: string | number, timeZone: string): string {
  const parts = format('en', timeZone, { year: 'numeric', month: '2-digit', day: '2-digit' }).formatToParts(
    new Date(instant),
  );
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((each) => each.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}`;
}

/** 0 to 23, local. */
export function localHour(instant: string | number, timeZone: string): number {
  return Number(formatTime(instant, timeZone, 'en').slice(0, 2));
}
