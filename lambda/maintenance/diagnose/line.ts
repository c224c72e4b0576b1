/** `nailbook diagnose line`: which messages do not arrive, and because of whom: us, the salon's channel, or LINE. */
import type { ClientBase } from 'pg';
import { count } from '../task';
import { bad, duration, good, note, percent, type Diagnosis, type Finding } from './finding';

export interface LineOptions {
  /** How far back to look. */
  minutes: number;
}

/** The service levels. */
const MAX_WAIT_SECONDS = 300;
const MAX_LOST_SHARE = 0.05;

const MOST_NAMED = 10;

interface Channel {
  merchantId: string;
  channelId: string;
  status: string;
  sinceSeconds: number;
  waiting: number;
}

interface Reason {
  status: string;
  reason: string;
  messages: number;
  merchants: number;
}

export async function diagnoseLine(client: ClientBase, { minutes }: LineOptions): Promise<Diagnosis> {
  const since = new Date(Date.now() - minutes * 60_000);
  const backlog = await client.query<{ due: number; oldestSeconds: number }>(
    `SELECT count(*) FILTER (WHERE due_at <= now())::int AS due,
            coalesce(extract(epoch FROM now() - min(created_at) FILTER (WHERE due_at <= now() OR attempts > 0)), 0)::float8 AS "oldestSeconds"
     FROM outbox`,
  );
  const { due = 0, oldestSeconds = 0 } = backlog.rows[0] ?? {};
  const channels = await client.query<Channel>(
    `SELECT c.merchant_id AS "merchantId", c.channel_id AS "channelId", c.status,
            extract(epoch FROM now() - c.status_since)::float8 AS "sinceSeconds",
            (SELECT count(*)::int FROM outbox o WHERE o.merchant_id = c.merchant_id) AS waiting
     FROM line_channels c WHERE c.status <> 'ok' ORDER BY waiting DESC, c.merchant_id`,
  );
  const reasons = await client.query<Reason>(
    `SELECT status, coalesce(error_reason, '') AS reason, count(*)::int AS messages, count(DISTINCT merchant_id)::int AS merchants
     FROM notification_logs WHERE coalesce(last_attempt_at, created_at) > $1 GROUP BY 1, 2 ORDER BY 3 DESC`,
    [since],
  );
  const sum = (status: string) =>
    reasons.rows.filter((row) => row.status === status).reduce((total, { messages }) => total + messages, 0);
  const [sent, failed] = [sum('sent'), sum('failed')];
  const waits = `${count(due, 'message')} are due; the oldest that could not be sent has waited for ${duration(oldestSeconds)}.`;
  return {
    findings: [
      oldestSeconds > MAX_WAIT_SECONDS ? bad(waits) : good(waits),
      ...judgeLost(sent, failed, minutes),
      ...reasons.rows.filter(({ status }) => status === 'failed' || status === 'retrying').map(explain),
      ...channels.rows.slice(0, MOST_NAMED).map(judgeChannel),
      ...(channels.rows.length > MOST_NAMED
        ? [
            note(
              `${channels.rows.length - MOST_NAMED} more channels do not work: --json names none, the admin site lists them.`,
            ),
          ]
        : []),
    ],
    figures: {
      messagesDue: due,
      oldestMessageSeconds: oldestSeconds,
      sent,
      failed,
      retrying: sum('retrying'),
      channelsRefused: channels.rows.filter(({ status }) => status === 'credentials_refused').length,
      channelsExhausted: channels.rows.filter(({ status }) => status === 'quota_exhausted').length,
    },
  };
}

function judgeLost(sent: number, failed: number, minutes: number): Finding[] {
  if (sent + failed === 0) return [note(`No message was sent or lost within ${minutes} minutes.`)];
  const share = failed / (sent + failed);
  const text = `${count(failed, 'message')} of ${(sent + failed).toLocaleString('en-US')} within ${minutes} minutes were lost (${percent(share)}).`;
  return [share > MAX_LOST_SHARE ? bad(text) : good(text)];
}

/** Whose fault each reason is; the rest is refused by LINE with a status of its own. */
function explain({ status, reason, messages, merchants }: Reason): Finding {
  const what = `${count(messages, 'message')} of ${count(merchants, 'merchant')} ${status === 'failed' ? 'failed' : 'wait for another try'}: ${reason}.`;
  if (reason.startsWith('line_unavailable'))
    return bad(`${what} LINE does not answer, or answers with errors: see https://status.line.biz/.`);
  if (reason === 'rate_limited') return note(`${what} LINE slows us down; they are sent by themselves.`);
  if (reason === 'credentials_refused') return bad(`${what} LINE refuses the channel's credentials: named below.`);
  if (reason === 'quota_exhausted')
    return bad(`${what} The salon's messages of the month are used up: it has to buy more.`);
  if (reason === 'internal_error') return bad(`${what} The fault is ours: look for it in the log.`);
  return bad(what);
}

function judgeChannel({ merchantId, channelId, status, sinceSeconds, waiting }: Channel): Finding {
  const text = `Merchant ${merchantId}, channel ${channelId}: ${status} for ${duration(sinceSeconds)}, ${count(waiting, 'message')} wait.`;
  return status === 'credentials_refused'
    ? bad(
        `${text} The salon has to enter its channel secret anew; what waits is then sent at once.`,
        'npx nailbook maintenance run check-line-tokens',
      )
    : bad(`${text} The salon has to buy more messages; new ones are tried every hour.`);
}
