/** The key of the merchants' own LINE credentials, the same in every region (requirement A8). */
import { AccountRootPrincipal, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnReplicaKey, Key, type IKey } from 'aws-cdk-lib/aws-kms';
import type { PlatformStack } from '../platform-stack';

const DESCRIPTION = "Merchants' LINE credentials, encrypted by the API";

/** In a second region: a replica of the first one's key, which reads the rows that the first one wrote. */
export function credentialsKey(stack: PlatformStack, first?: IKey): IKey {
  const alias = `alias/${stack.prefix}-credentials`;
  if (!first) {
    return new Key(stack, 'CredentialsKey', {
      alias,
      description: DESCRIPTION,
      enableKeyRotation: true,
      // A key cannot be made multi-region later.
      multiRegion: true,
      removalPolicy: stack.dataRemoval,
    });
  }
  const replica = new CfnReplicaKey(stack, 'CredentialsKeyReplica', {
    description: DESCRIPTION,
    primaryKeyArn: first.keyArn,
    // Hands the decision to the policies of the account's roles, as the policy of every other key here; `*` is the key itself.
    keyPolicy: new PolicyDocument({
      statements: [
        new PolicyStatement({ principals: [new AccountRootPrincipal()], actions: ['kms:*'], resources: ['*'] }),
      ],
    }),
  });
  replica.applyRemovalPolicy(stack.dataRemoval);
  const key = Key.fromKeyArn(stack, 'CredentialsKey', replica.attrArn);
  key.addAlias(alias);
  return key;
}
