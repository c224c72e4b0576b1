/** The environment that is tested: by its public names, as the customer of the salon that is there for tests alone. */
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { STSClient } from '@aws-sdk/client-sts';
import { environmentName } from '../../bin/nailbook/environment';
import { checkAccount, placeOf } from '../../bin/nailbook/release/place';
import { smokeTestToken } from '../../lambda/releases/after-test-traffic/token';
import { apiName, siteNames } from '../../lib/edge/names';

export interface Target {
  /** Base URL of the API. */
  url: string;
  /** Names of the three sites; none where there are none to ask. */
  sites: string[];
  /** A token that is good for some minutes. */
  token: () => string;
  /** Epoch milliseconds. */
  now: () => number;
}

/** Throws an Error for production: its salons' customers are no test's business. */
export async function readTarget(name: string): Promise<Target> {
  const environment = environmentName(name);
  if (environment === 'production')
    throw new Error('production is not tested this way: `nailbook release check` looks at it');
  const place = placeOf(environment);
  const { region, config } = place;
  await checkAccount(place, new STSClient({ region }));
  const { SecretString: key = '' } = await new SecretsManagerClient({ region }).send(
    new GetSecretValueCommand({ SecretId: `nailbook/${environment}/token-key` }),
  );
  return {
    url: `https://${apiName(config)}`,
    sites: siteNames(config),
    token: () => smokeTestToken(key, Date.now()),
    now: Date.now,
  };
}
