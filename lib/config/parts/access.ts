/** Configuration of who may deploy (requirement A9). */
import { z } from 'zod';
import { flag, text } from '../fields';

export const access = z.strictObject({
  /** Repository whose workflows may take the roles of this account. @example 'nailbook-example/nailbook' */
  repository: text(/^[A-Za-z0-9-]+\/[A-Za-z0-9._-]+$/, 'owner/name of a GitHub repository'),

  /** GitHub environment that a deploying job must run in; its protection rules are the approval. @example 'production' */
  deployEnvironment: text(/^[A-Za-z0-9_-]+$/, 'the name of a GitHub environment'),

  /** The jobs there may read the key that signs tokens, to book as the end-to-end and load tests do; not where customers are. @default false */
  testsSignIn: flag().default(false),
});
