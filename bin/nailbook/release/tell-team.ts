/** Tells the team what an operator's command or a pipeline has done: one line in Slack. */
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ENVIRONMENT_VARIABLES as NAMES } from '../../../app/contract/environment';
import { reasonOf } from '../../../app/contract/reason';
import { parseAddresses } from '../../../lambda/alerts/send/addresses';
import type { Get } from './health';
import type { Place } from './place';

const TIMEOUT_MS = 10_000;

/**
 * `url` is an incoming webhook of Slack. Returns a sentence on whether the team was told. Never throws: what was done is done, and who did it
 * can still tell the others.
 */
export async function tellTeam(text: string, url: string | null, get: Get): Promise<string> {
  if (url === null) return 'nobody was told: there is no address in Slack';
  try {
    const response = await get(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return response.ok ? 'the team was told in Slack' : `the team was not told: Slack answers ${response.status}`;
  } catch (error) {
    return `the team was not told: ${reasonOf(error)}`;
  }
}

/** SLACK_WEBHOOK_URL; without it the channel that hears of the environment's alarms. Null, and why, where there is neither. */
export async function slackOf(
  { config }: Place,
  secrets: SecretsManagerClient,
  note: (why: string) => void,
  variables: NodeJS.ProcessEnv = process.env,
): Promise<string | null> {
  const given = variables[NAMES.slackWebhookUrl];
  if (given) return given;
  const id = `nailbook/${config.name}/alerts`;
  try {
    const { SecretString: text = '{}' } = await secrets.send(new GetSecretValueCommand({ SecretId: id }));
    return parseAddresses(text).slackUrl;
  } catch (error) {
    note(`the team's address cannot be read from the secret ${id}: ${reasonOf(error)}`);
    return null;
  }
}

/** Tells the team of an environment; the address is looked up when there is something to tell. */
export function teamOf(place: Place, note: (why: string) => void): (text: string) => Promise<string> {
  return async (text) =>
    tellTeam(text, await slackOf(place, new SecretsManagerClient({ region: place.region }), note), fetch);
}
