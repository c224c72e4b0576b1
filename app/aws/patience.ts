/** How long a call to AWS may take: the clients themselves wait for ever for an answer that does not come. */

/** Two attempts of three seconds: somebody waits for most of these calls, and the services answer within a tenth of one. */
export const AWS_PATIENCE = {
  maxAttempts: 2,
  // Without the last field a breach of `requestTimeout` is only written to the console.
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
};
