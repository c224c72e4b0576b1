/** What a diagnosis finds: sentences for a person, the figures behind them, and what to do next. */

export interface Finding {
  /** `bad`: this is, or soon will be, what hurts. `note`: worth knowing. `good`: looked at, and in order. */
  verdict: 'bad' | 'note' | 'good';
  /** A sentence or two, with figures. */
  text: string;
  /** The next command, as it can be run. */
  next?: string;
}

export interface Diagnosis {
  findings: Finding[];
  /** By name with the unit as its end. */
  figures: Record<string, number | string | null>;
}

export const bad = (text: string, next?: string): Finding => ({ verdict: 'bad', text, ...(next ? { next } : {}) });
export const note = (text: string, next?: string): Finding => ({ verdict: 'note', text, ...(next ? { next } : {}) });
export const good = (text: string): Finding => ({ verdict: 'good', text });

const SIGNS: Record<Finding['verdict'], string> = { bad: '!!', note: ' -', good: 'ok' };

/** As lines for a person. */
export function showFinding({ verdict, text, next }: Finding): string[] {
  return [`${SIGNS[verdict]} ${text}`, ...(next === undefined ? [] : [`   Next: ${next}`])];
}

export function percent(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`;
}

/** `0.4 s`, `12 s`, `5 min`, `3 h`, `2 days`. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${Number(seconds.toFixed(1))} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`;
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toLocaleString('en-US', { maximumFractionDigits: 1 })} MB`;
}
