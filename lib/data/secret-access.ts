/** Lets a program read a secret that lies in another stack. */
import { PolicyStatement, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';

/**
 * `secret.grantRead()` would write the reader's role into the policy of the secret's key, and so tie the two stacks to each other in
 * both directions. The key's policy leaves the decision to the roles of its account instead, and each role says so itself.
 */
export function letRead(reader: IGrantable, ...secrets: ISecret[]): void {
  reader.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
      // A copy in another region is known without the six characters that end its ARN.
      resources: secrets.map((secret) => secret.secretFullArn ?? `${secret.secretArn}-??????`),
    }),
  );
  const keys = secrets.flatMap(({ encryptionKey }) => (encryptionKey ? [encryptionKey.keyArn] : []));
  if (keys.length > 0) {
    reader.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['kms:Decrypt'], resources: [...new Set(keys)] }),
    );
  }
}
