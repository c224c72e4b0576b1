/** Delivers one message: checks that it still holds, waits for its turn, pushes it, and says what is to become of it. */
import type { Pool } from 'pg';
import { queryAsMerchant } from '../database/tenancy';
import type { LineChannel } from './channel';
import type { Channels } from './channels';
import type { LineClient, Push, PushOutcome } from './line-client';
import type { LineMetrics, PushResult } from './line-metrics';
import { checkMessage, type MessageRow } from './message';
import { messageText } from './message-text';
import { READ_MESSAGE } from './outbox-statements';
import type { PushRate } from './push-rate';

export type Decision =
  | { status: 'sent'; reason: null }
  | { status: 'skipped' | 'failed'; reason: string }
  | { status: 'retrying'; reason: string; delayMs: number }
  /** Not tried: it goes back, or is another worker's by now. */
  | { status: 'released' };

export interface DeliveryParts {
  pool: Pool;
  client: LineClient;
  channels: Channels;
  rate: PushRate;
  metrics: LineMetrics;
  /** Epoch milliseconds. */
  clock: () => number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Who cancelled in the time since a message was read must not be reminded: what is older is read again before the push. */
const RECHECK_MS = SECOND;

/** Half of the 24 hours that a retry key is valid; by then a message has long lost its use. */
const GIVE_UP_MS = 12 * HOUR;

/** How long a used-up quota is believed before one message tries again: the salon may have bought more. */
const QUOTA_BELIEVED_MS = HOUR;

/** A channel that was read this recently is not read again when LINE refuses it. */
const FRESH_MS = SECOND;

/** The merchant has to act; setting new credentials sends what waits at once. */
const CREDENTIALS_DELAY_MS = 10 * MINUTE;

const FIRST_DELAY_MS = 2 * SECOND;
const LONGEST_DELAY_MS = 10 * MINUTE;

/** `takenAt`: when the row was read, by the machine's clock. Rejects on faults of our own side only. */
export async function deliver(
  parts: DeliveryParts,
  row: MessageRow,
  takenAt: number,
  signal: AbortSignal,
): Promise<Decision> {
  const counted = (decision: Decision, result: PushResult) => {
    parts.metrics.pushes.inc({ result });
    return decision;
  };
  const skipped = (reason: string) => counted({ status: 'skipped', reason }, 'skipped');
  const first = checkMessage(row, parts.clock());
  if ('skip' in first) return skipped(first.skip);
  if (row.age_ms > GIVE_UP_MS) return counted({ status: 'failed', reason: 'gave_up_after_12_hours' }, 'gave_up');
  const channel = await parts.channels.forMerchant(row.merchant_id);
  if (!channel) return skipped('no_line_channel');
  if (channel.status === 'quota_exhausted' && Date.now() - channel.statusSince < QUOTA_BELIEVED_MS) {
    return counted({ status: 'failed', reason: 'quota_exhausted' }, 'quota_exhausted');
  }

  if (!(await turnComes(parts.rate, channel, signal))) return { status: 'released' };
  const now = Date.now() - takenAt > RECHECK_MS ? await readAgain(parts.pool, row) : row;
  if (!now) return { status: 'released' };
  const checked = checkMessage(now, parts.clock());
  if ('skip' in checked) return skipped(checked.skip);

  const push = { to: checked.to, text: messageText(checked.send), retryKey: row.retry_key };
  const outcome = await pushThrough(parts, row.merchant_id, channel, push);
  return counted(decide(outcome, row.attempts), resultOf(outcome));
}

async function pushThrough(
  parts: DeliveryParts,
  merchantId: string,
  channel: LineChannel,
  push: Push,
): Promise<PushOutcome> {
  const finish = parts.metrics.pushSeconds.startTimer();
  const outcome = await parts.client.push(channel, push);
  finish();
  if (outcome.outcome === 'credentials_refused') {
    // The merchant may have set new ones a moment ago, through another task.
    const fresh = await parts.channels.forMerchant(merchantId, FRESH_MS);
    if (fresh && fresh.channelSecret !== channel.channelSecret) return pushThrough(parts, merchantId, fresh, push);
  }
  await noteChannel(parts.channels, channel, outcome);
  return outcome;
}

/** False when the worker is stopping. */
async function turnComes(rate: PushRate, { channelId }: LineChannel, signal: AbortSignal): Promise<boolean> {
  try {
    await rate.take(channelId, signal);
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}

async function readAgain(pool: Pool, { merchant_id, id, attempts }: MessageRow): Promise<MessageRow | undefined> {
  const query = { ...READ_MESSAGE, values: [merchant_id, id, attempts] };
  return (await queryAsMerchant<MessageRow>(pool, merchant_id, query)).rows[0];
}

async function noteChannel(channels: Channels, channel: LineChannel, { outcome }: PushOutcome): Promise<void> {
  if (outcome === 'accepted' || outcome === 'already_accepted') await channels.noteStatus(channel, 'ok');
  if (outcome === 'credentials_refused' || outcome === 'quota_exhausted') await channels.noteStatus(channel, outcome);
}

function decide(push: PushOutcome, attempts: number): Decision {
  switch (push.outcome) {
    case 'accepted':
    case 'already_accepted':
      return { status: 'sent', reason: null };
    case 'quota_exhausted':
      return { status: 'failed', reason: push.outcome };
    case 'refused':
      return { status: 'failed', reason: `refused_by_line_${push.status}` };
    case 'credentials_refused':
      return { status: 'retrying', reason: push.outcome, delayMs: jittered(CREDENTIALS_DELAY_MS) };
    case 'rate_limited':
      return { status: 'retrying', reason: push.outcome, delayMs: backOff(attempts) };
    default:
      return { status: 'retrying', reason: `line_unavailable_${push.reason}`, delayMs: backOff(attempts) };
  }
}

function resultOf({ outcome }: PushOutcome): PushResult {
  if (outcome === 'accepted') return 'sent';
  return outcome === 'already_accepted' ? 'already_sent' : outcome;
}

/** 1-2 s after the first attempt, twice that after each further one, 10 minutes at the most. */
export function backOff(attempts: number): number {
  return jittered(Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempts - 1)));
}

/** Half of the delay at least: what failed together must not come back together. */
function jittered(ms: number): number {
  return ms * (0.5 + Math.random() / 2);
}
