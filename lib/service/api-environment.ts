/** The environment variables of the API's container, by the names that the API itself declares. */
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { alertQueueName } from '../../app/contract/alert-routing';
import { API_PORT } from '../../app/contract/api';
import { ENVIRONMENT_VARIABLES as NAMES } from '../../app/contract/environment';
import { DATABASE_NAME, DATABASE_PORT, type Database } from '../data/database';
import type { EnvironmentConfig } from '../config/schema';
import { dashboardUrl, runbooksUrl } from '../monitoring/links';
import type { Cache } from '../data/cache';
import type { PlatformSecrets } from '../data/secrets';
import { siteNames } from '../edge/names';

/** What the API works with. */
export interface ApiDependencies {
  /** Tag of the image. */
  version: string;
  database: Database;
  cache: Cache;
  secrets: PlatformSecrets;
  cacheToken: ISecret;
  credentialsKey: IKey;
  uploads: IBucket;
}

/** Secrets travel as ARNs: the API reads them when it connects, so that a rotation needs no restart (requirement A8). */
export function apiEnvironment(
  config: EnvironmentConfig,
  { version, database, cache, secrets, cacheToken, credentialsKey, uploads }: ApiDependencies,
): Record<string, string> {
  return {
    [NAMES.environment]: config.name,
    [NAMES.version]: version,
    [NAMES.host]: '0.0.0.0',
    [NAMES.port]: String(API_PORT),
    [NAMES.databaseHost]: database.writerHost,
    [NAMES.databasePort]: String(DATABASE_PORT),
    [NAMES.databaseName]: DATABASE_NAME,
    [NAMES.databaseSecretArn]: secrets.logins.api.secretArn,
    ...(database.readerHosts.length > 0 ? { [NAMES.databaseReaderHost]: database.readerHosts.join(',') } : {}),
    [NAMES.databasePoolSize]: String(config.service.poolSize),
    [NAMES.databasePoolOverflow]: String(config.service.poolOverflow),
    [NAMES.rateLimitPerIdentity]: String(config.service.requestsPerIdentity),
    [NAMES.rateLimitPerAddress]: String(config.service.requestsPerAddress),
    [NAMES.cacheUrl]: cache.url,
    [NAMES.cacheSecretArn]: cacheToken.secretArn,
    [NAMES.tokenKeySecretArn]: secrets.tokenKey.secretArn,
    [NAMES.lineSecretArn]: secrets.line.secretArn,
    [NAMES.credentialsKeyArn]: credentialsKey.keyArn,
    [NAMES.uploadsBucket]: uploads.bucketName,
    // By name: the queue stands in a stack that comes later.
    [NAMES.alertQueueUrl]: `https://sqs.${config.region}.amazonaws.com/${config.account}/${alertQueueName(config.name)}`,
    [NAMES.runbooksUrl]: runbooksUrl(config),
    [NAMES.dashboardUrl]: dashboardUrl(config),
    [NAMES.siteOrigins]: siteNames(config)
      .map((name) => `https://${name}`)
      .join(','),
  };
}
