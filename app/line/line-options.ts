/** Turns the settings of LINE into what it is built from: reads the platform's secret, and chooses the key of merchants' credentials. */
import { kmsDataKeys } from '../aws/kms';
import type { Settings } from '../settings';
import { parsePlatformChannel } from './channel';
import { localDataKeys } from './credentials';
import type { LineOptions } from './line';

export async function readLineOptions(
  { apiUrl, credentialsKey, platformChannel }: Settings['line'],
  readSecret: (arn: string) => Promise<string>,
): Promise<LineOptions> {
  const secretText =
    platformChannel &&
    ('value' in platformChannel ? platformChannel.value : await readSecret(platformChannel.secretArn));
  return {
    apiUrl,
    dataKeys: 'value' in credentialsKey ? localDataKeys(credentialsKey.value) : kmsDataKeys(credentialsKey.keyArn),
    platformChannel: secretText === null ? null : parsePlatformChannel(secretText),
    runWorkers: true,
  };
}
