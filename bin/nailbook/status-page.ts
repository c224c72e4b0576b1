/** The page that tells users how the platform is: the newest word first, in Chinese and English (requirement B5). */

/** What users notice, in words that they use; never a cause. */
const STATES = {
  works: { zh: '一切正常', en: 'Everything works', colour: '#1a7f37' },
  slow: { zh: '預約速度較慢', en: 'Booking is slow', colour: '#9a6700' },
  failing: { zh: '目前無法預約', en: 'Booking does not work', colour: '#cf222e' },
  'messages-late': { zh: '通知訊息延遲', en: 'Messages arrive late', colour: '#9a6700' },
  maintenance: { zh: '系統維護中', en: 'Maintenance', colour: '#0969da' },
} as const;
export type State = keyof typeof STATES;

export const STATE_NAMES: readonly string[] = Object.keys(STATES);

export function isState(name: string): name is State {
  return STATE_NAMES.includes(name);
}

export interface Word {
  /** ISO 8601, UTC. */
  at: string;
  state: State;
  /** For whom, what still works, what to do meanwhile; empty says the state alone. */
  zh: string;
  en: string;
  /** When the next word is to be expected (ISO 8601); null when this is the last one. */
  next: string | null;
}

/** The newest first. */
export interface StatusFile {
  words: Word[];
}

/** Weeks of an ordinary year; older ones are in the post-mortems. */
const KEPT_WORDS = 50;

export function withWord({ words }: StatusFile, word: Word): StatusFile {
  return { words: [word, ...words].slice(0, KEPT_WORDS) };
}

/** One file without a script, so that it is there when little else is. */
export function statusPage({ words }: StatusFile, timeZone: string): string {
  const { zh, en, colour } = STATES[words[0]?.state ?? 'works'];
  return `<!doctype html>
<html lang="zh-Hant-TW">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${zh} · ${en}</title>
<style>
body { max-width: 40rem; margin: 2rem auto; padding: 0 1rem; font-family: system-ui, sans-serif; line-height: 1.5; }
h1 { color: ${colour}; }
article { border-top: 1px solid #d0d7de; padding: 0.5rem 0; }
time { color: #57606a; }
</style>
</head>
<body>
<h1>${zh}<br>${en}</h1>
<p>已確認的預約不受影響。 Bookings that were confirmed are safe.</p>
${words.map((word) => article(word, timeZone)).join('\n')}
</body>
</html>
`;
}

function article({ at, state, zh, en, next }: Word, timeZone: string): string {
  const words = [
    `${STATES[state].zh} · ${STATES[state].en}`,
    ...[zh, en].filter((text) => text !== '').map(escape),
    ...(next === null ? [] : [`下次更新 · Next word: ${local(next, timeZone)}`]),
  ];
  return `<article>
<time datetime="${at}">${local(at, timeZone)}</time>
${words.map((text) => `<p>${text}</p>`).join('\n')}
</article>`;
}

/** `2026-11-22 11:14`. */
function local(at: string, timeZone: string): string {
  return new Date(at).toLocaleString('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
