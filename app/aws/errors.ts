/** Which errors are those of the AWS client. */
import { types } from 'node:util';

/** It marks what went wrong on the way or at the service, and its search for credentials. */
export function isAwsError(error: unknown): boolean {
  return types.isNativeError(error) && ('$metadata' in error || error.name === 'CredentialsProviderError');
}
