/** LINE on the health page: degraded while LINE is away, while it refuses a channel, or while messages pile up. */
import type { Component } from '../health/components';
import type { Channels } from './channels';
import type { Circuit } from './circuit';
import type { LineClient } from './line-client';
import type { Backlog } from './line-metrics';

/** The health page is public: however often it is asked, LINE is asked this rarely. */
const REMEMBER_MS = 30_000;

/** Messages are sent within seconds; after this long something holds them up. */
const BACKLOG_SECONDS = 300;

export function lineHealth(
  client: LineClient,
  circuit: Circuit,
  channels: Channels,
  backlog: () => Promise<Backlog>,
): Component {
  let pinged: { answer: Promise<void>; at: number } | undefined;
  const ping = () => {
    if (!pinged || Date.now() - pinged.at > REMEMBER_MS) pinged = { answer: client.ping(), at: Date.now() };
    return pinged.answer;
  };
  return {
    withoutIt: 'degraded',
    async check() {
      if (circuit.isOpen) return 'LINE fails: messages wait until it is back';
      await ping();
      const { oldestSeconds, channelsRefused, channelsExhausted } = await backlog();
      const platform = channels.platform?.status ?? 'ok';
      const problems = [
        ...(platform === 'ok' ? [] : [`the platform's channel: ${platform}`]),
        ...(channelsRefused === 0 ? [] : [`channels whose credentials LINE refuses: ${channelsRefused}`]),
        ...(channelsExhausted === 0 ? [] : [`channels that used up their messages: ${channelsExhausted}`]),
        ...(oldestSeconds <= BACKLOG_SECONDS ? [] : [`a message has waited for ${Math.round(oldestSeconds)} s`]),
      ];
      return problems.length === 0 ? undefined : problems.join('; ');
    },
  };
}
