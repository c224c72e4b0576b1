/** What counts as an instant or a date in a request: as RFC 3339 writes them, within the years that calendars and PostgreSQL share. */

/** The check that ajv-formats brings also takes `10:00:00+08`, a line break for the T and leap seconds, which `Date` cannot read. */
const RFC_3339 = /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/i;

/** The days next to an instant are looked at too, and must have a year of four digits. */
const FIRST = Date.parse('0001-01-03T00:00:00Z');
const LAST = Date.parse('9999-12-29T00:00:00Z');

export function isInstant(text: string): boolean {
  const date = RFC_3339.exec(text)?.[1];
  const instant = Date.parse(text);
  return date !== undefined && instant >= FIRST && instant <= LAST && isCalendarDate(date);
}

/** A local date, `YYYY-MM-DD`; PostgreSQL knows no year 0. */
export function isDate(text: string): boolean {
  return /^(?!0000)\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) && isCalendarDate(text);
}

/** `Date` reads 30 February as 2 March: a day that exists comes back as it was written. */
function isCalendarDate(date: string): boolean {
  return new Date(date).toISOString().startsWith(date);
}
