/** Tells the team what an operator's command or a pipeline has done: one line in the channel that SLACK_WEBHOOK_URL belongs to. */
import { ENVIRONMENT_VARIABLES as NAMES } from '../../../app/contract/environment';
import type { Get } from './health';

const TIMEOUT_MS = 10_000;

/**
 * Returns a sentence on whether the team was told. Never throws: what was done is done, and who did it can still tell the others.
 */
export async function tellTeam(text: string, get: Get, variables: NodeJS.ProcessEnv = process.env): Promise<string> {
  const url = variables[NAMES.slackWebhookUrl];
  if (!url) return `nobody was told: ${NAMES.slackWebhookUrl} is not set`;
  try {
    const response = await get(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return response.ok ? 'the team was told in Slack' : `the team was not told: Slack answers ${response.status}`;
  } catch (error) {
    return `the team was not told: ${error instanceof Error ? error.message : String(error)}`;
  }
}
