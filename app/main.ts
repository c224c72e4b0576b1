/** Starts the API from its environment, and stops it without losing a request. */
import { queueSender } from './aws/queue';
import { S3Client } from '@aws-sdk/client-s3';
import { createSecretReader } from './aws/secrets';
import { cacheAddress } from './cache/create-cache';
import { SHUTDOWN_GRACE_SECONDS } from './contract/api';
import { s3ReleaseStore } from './contract/release-record';
import { SERVICE_LEVELS } from './contract/service-levels';
import { databaseLogin } from './database/login';
import { createPool } from './database/pool';
import { ROLES } from './database/roles';
import { readLineOptions } from './line/line-options';
import { createLogger } from './logging';
import { prepareShutdown } from './http/shutdown';
import { buildServer } from './server';
import { type DatabaseAddress, readSettings } from './settings';
import { s3UploadStore } from './uploads/upload-store';

/** A request waits for the records of releases no longer than this. */
const RECORD_TIMEOUTS = { connectionTimeout: 1_000, requestTimeout: 3_000 };

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const logger = createLogger({
    level: settings.logLevel,
    version: settings.version,
    environment: settings.environment,
  });
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
      settings.releasesBucket === null
        ? null
        : s3ReleaseStore(new S3Client({ requestHandler: RECORD_TIMEOUTS }), settings.releasesBucket),
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

  const stop = (signal: NodeJS.Signals) => {
    logger.info({ metadata: { signal } }, 'stopping: finishing the requests under way');
    const deadline = setTimeout(() => {
      logger.error('requests were still under way when the time to stop was over');
      logger.flush(() => process.exit(1));
    }, SHUTDOWN_GRACE_SECONDS * 1000);
    deadline.unref();
    void close()
      .then(() => Promise.all([primary, ...replicas].map((each) => each.end())))
      .then(
        () => logger.info('stopped'),
        (error: unknown) => logger.error({ err: error }, 'stopping failed'),
      )
      .finally(() => logger.flush(() => process.exit()));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);

  await server.listen({ host: settings.host, port: settings.port });
  logger.info({ metadata: { host: settings.host, port: settings.port } }, 'listening');
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
