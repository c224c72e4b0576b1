/** The API as a program: made from its environment. */
import { S3Client } from '@aws-sdk/client-s3';
import { AWS_PATIENCE } from './aws/patience';
import { queueSender } from './aws/queue';
import { createSecretReader } from './aws/secrets';
import { cacheAddress } from './cache/create-cache';
import { ENVIRONMENT_VARIABLES as NAMES } from './contract/environment';
import { s3ReleaseStore } from './contract/release-record';
import { SERVICE_LEVELS } from './contract/service-levels';
import { farewell } from './database/farewell';
import { type DatabaseAddress, databaseLogin } from './database/login';
import { createPool } from './database/pool';
import { ROLES } from './database/roles';
import { readLineOptions } from './line/line-options';
import { createLogger } from './logging';
import { prepareShutdown } from './http/shutdown';
import { live } from './process-life';
import { buildServer } from './server';
import { readSettings } from './settings';
import { s3UploadStore } from './uploads/upload-store';

/** Before the settings are read, because it also tells what is wrong with them. */
const logger = createLogger({
  level: 'info',
  version: process.env[NAMES.version] || 'dev',
  environment: process.env[NAMES.environment] || 'local',
});

/** Resolves once the API serves, with what stops it. */
async function start(): Promise<() => Promise<void>> {
  const settings = readSettings(process.env);
  logger.level = settings.logLevel;
  const readSecret = createSecretReader();
  const pool = (address: DatabaseAddress) =>
    createPool(
      {
        login: databaseLogin(address, ROLES.api, readSecret),
        applicationName: 'nailbook-api',
        size: settings.poolSize,
        overflow: settings.poolOverflow,
      },
      (error) => logger.warn({ err: error }, 'a database connection broke'),
    );
  const primary = pool(settings.database);
  const replicas = settings.databaseReaders.map(pool);
  const tokenKey =
    'value' in settings.tokenKey ? settings.tokenKey.value : await readSecret(settings.tokenKey.secretArn);
  const cache = settings.cache && cacheAddress(settings.cache, readSecret);
  const { rateLimits, maxRequestsUnderWay, version, environment } = settings;
  const line = await readLineOptions(settings.line, readSecret);
  const { queueUrl, ...alerts } = settings.alerts;
  const server = await buildServer({
    primary,
    replicas,
    cache,
    uploads: settings.uploadsBucket === null ? null : s3UploadStore(settings.uploadsBucket),
    releases:
      settings.releasesBucket === null ? null : s3ReleaseStore(new S3Client(AWS_PATIENCE), settings.releasesBucket),
    tokenKey,
    line,
    alerts: { ...alerts, environment, levels: SERVICE_LEVELS, queue: queueUrl === null ? null : queueSender(queueUrl) },
    siteOrigins: settings.siteOrigins,
    sitesFolder: settings.sitesFolder,
    rateLimits,
    maxRequestsUnderWay,
    keepsSlots: true,
    logger,
    version,
  });
  const close = prepareShutdown(server);
  await server.listen({ host: settings.host, port: settings.port });
  logger.info({ metadata: { host: settings.host, port: settings.port } }, 'listening');
  return async () => {
    await close();
    await Promise.all([primary, ...replicas].map(farewell));
  };
}

live(logger, start);
