/** What keys and secrets cost. */
import { charge, type Pricer } from '../line';
import { exactly } from '../range';
import { listOf } from '../resources';

const part = 'Keys and secrets';

const key: Pricer = (kms, context) => {
  // Each of the first two yearly rotations adds a key's price.
  const rotations = kms.properties['EnableKeyRotation'] === true ? 2 : 0;
  return [charge(kms, context, { part, product: 'key.month', quantity: { min: 1, expected: 1, max: 1 + rotations } })];
};

const secret: Pricer = (login, context) => {
  const copies = listOf(login.properties, 'ReplicaRegions').length;
  return [charge(login, context, { part, product: 'secret.month', quantity: exactly(1 + copies) })];
};

export const security: Record<string, Pricer> = {
  'AWS::KMS::Key': key,
  'AWS::KMS::ReplicaKey': key,
  'AWS::SecretsManager::Secret': secret,
};
