/**
 * Names the merchants whose LINE channel does not work, and asks LINE whether the platform's own channel does (requirement C3). The API
 * marks a merchant's channel when LINE refuses it or its quota is used up; nobody may have looked since.
 */
import type { ClientBase } from 'pg';
import { reasonOf } from '../../../app/contract/reason';
import { count, type Outcome, type TaskRun } from '../task';

export interface LineChannel {
  channelId: string;
  channelSecret: string;
}

export interface CheckLineTokensResources {
  client: ClientBase;
  /** Of the platform; null where a person has not put it into its secret yet. */
  channel: LineChannel | null;
  /** Base URL of LINE's API. */
  lineApi: string;
  fetch: typeof fetch;
}

const ANSWER_MS = 10_000;
const MAX_NAMED = 20;

/** Reads, and takes one short-lived token: a dry run is the same. No secret and no LINE id is reported. */
export async function checkLineTokens(resources: CheckLineTokensResources, run: TaskRun): Promise<Outcome> {
  const { rows } = await resources.client.query<{ merchant: string; status: string; hours: number }>(
    `SELECT merchant_id AS merchant, status, (extract(epoch FROM $1 - status_since) / 3600)::float8 AS hours
     FROM line_channels WHERE status <> 'ok' ORDER BY status_since LIMIT ${MAX_NAMED}`,
    [new Date(run.clock())],
  );
  const { rows: totals } = await resources.client.query<{
    channels: number;
    refused: number;
    exhausted: number;
    waiting: number;
  }>(
    `SELECT count(*)::float8 AS channels, count(*) FILTER (WHERE status = 'credentials_refused')::float8 AS refused,
            count(*) FILTER (WHERE status = 'quota_exhausted')::float8 AS exhausted,
            (SELECT count(*)::float8 FROM outbox o JOIN line_channels l USING (merchant_id) WHERE l.status <> 'ok') AS waiting
     FROM line_channels`,
  );
  const { channels = 0, refused = 0, exhausted = 0, waiting = 0 } = totals[0] ?? {};
  const failures = [
    ...(await platformChannel(resources)),
    ...rows
      .filter(({ status }) => status === 'credentials_refused')
      .map(
        ({ merchant, hours }) =>
          `LINE refuses the channel of merchant ${merchant} since ${Math.round(hours)} hours: the salon has to enter its secret again.`,
      ),
  ];
  return {
    summary: failures.length === 0 ? `${count(channels, 'channel')}, none refused.` : '',
    failures,
    notes: [
      ...rows
        .filter(({ status }) => status === 'quota_exhausted')
        .map(
          ({ merchant, hours }) =>
            `The message quota of merchant ${merchant} is used up since ${Math.round(hours)} hours.`,
        ),
      ...(waiting > 0 ? [`Waiting for these channels: ${count(waiting, 'message')}.`] : []),
    ],
    metrics: { RefusedChannels: refused, ExhaustedChannels: exhausted },
  };
}

/** A stateless token is what every push needs: whoever gets one has working credentials. */
async function platformChannel({ channel, lineApi, fetch: ask }: CheckLineTokensResources): Promise<string[]> {
  if (channel === null)
    return ["The platform's own LINE channel is not in its secret: nobody without a channel gets messages."];
  return ask(new URL('/oauth2/v3/token', lineApi), {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: channel.channelId,
      client_secret: channel.channelSecret,
    }),
    signal: AbortSignal.timeout(ANSWER_MS),
  }).then(
    async (answer) => {
      await answer.body?.cancel();
      return answer.ok ? [] : [`LINE answers ${answer.status} to the platform's own channel: look at its secret.`];
    },
    (error: unknown) => [`LINE could not be asked for a token: ${reasonOf(error)}.`],
  );
}
