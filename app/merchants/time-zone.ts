/** Which time zones there are. */

/** The zone's name as the time zone database writes it, or `null` when there is no such zone. Offsets such as +08:00 are no zones. */
export function knownTimeZone(name: string): string | null {
  if (!/^[A-Za-z]/.test(name)) return null;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
