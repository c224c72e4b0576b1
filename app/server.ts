/** Builds the API: every part, wired but not yet listening. `main.ts` starts it, and a test builds one too. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { Pool } from 'pg';
import { AlertEngine, type AlertOptions } from './alerts/engine';
import { lineCircuitOpener } from './alerts/line-circuit';
import { alertRoutes } from './alerts/routes';
import { accountRoutes } from './auth/account-routes';
import { guardMerchantRoutes } from './auth/authentication';
import { Revocations } from './auth/revocations';
import { sessionRoutes } from './auth/session-routes';
import { createTokens } from './auth/tokens';
import { availabilityRoutes } from './availability/routes';
import { changeRoutes } from './bookings/change-routes';
import { ClaimWriter } from './bookings/claim-writer';
import { LostClaims } from './bookings/lost-claims';
import { bookingRoutes } from './bookings/routes';
import { createCache } from './cache/create-cache';
import type { CacheAddress } from './cache/shared-cache';
import type { Context } from './context';
import { ADMIN_PREFIX, ALERTS_PREFIX, API_PREFIX, LOAD_BALANCER_IDLE_SECONDS, METRICS_PATH } from './contract/api';
import type { ReleaseStore } from './contract/release-record';
import { customerRoutes } from './customers/routes';
import { Announcements } from './database/announcements';
import { poolStatistics } from './database/pool';
import { watchPool } from './database/pool-watch';
import { Reads } from './database/reads';
import { database, databasePool, sharedCache } from './health/dependencies';
import { disk, memory } from './health/machine';
import { healthRoutes } from './health/routes';
import { readBodies } from './http/bodies';
import { answerBrokenRequests, ARRIVAL_CHECK_MS, ARRIVAL_SECONDS } from './http/broken-requests';
import { documentRoutes } from './http/documentation';
import { allowSites } from './http/cross-origin';
import { answerProblems, answerUnroutable } from './http/errors';
import { answerNotFound } from './http/not-found';
import { MAX_REQUESTS_UNDER_WAY, shedLoad } from './http/overload';
import { limitRequests, type RateLimits } from './http/rate-limit';
import { rememberWriters } from './http/read-your-writes';
import { logRequests, requestId } from './http/request-log';
import { secureAnswers } from './http/security-headers';
import { serveSites } from './http/sites';
import { validateRequests } from './http/validation';
import { InsightWriter } from './insights/insight-writer';
import { insightRoutes } from './insights/routes';
import { lineChannelRoutes } from './line/channel-routes';
import { Line, type LineOptions } from './line/line';
import { notificationRoutes } from './line/notification-routes';
import { lineTestRoutes } from './line/test-routes';
import { sessionRoutes as customerSessionRoutes } from './line/session-routes';
import { lineWebhookRoutes } from './line/webhook-routes';
import type { Logger } from './logging';
import { maintenanceRoutes } from './maintenance/routes';
import { Catalogues } from './merchants/catalogues';
import { platformRoutes } from './merchants/platform-routes';
import { merchantRoutes } from './merchants/routes';
import { salonListRoutes } from './merchants/salon-list-routes';
import { createMetrics } from './metrics';
import { releaseRoutes } from './releases/routes';
import { waitingListRoutes } from './waiting-list/routes';
import { SlotKeeper } from './waiting-list/slot-keeper';
import { uploadRoutes } from './uploads/routes';
import type { UploadStore } from './uploads/upload-store';

export interface ServerOptions {
  primary: Pool;
  /** For reads, while they are fresh enough; none when left out. */
  replicas?: readonly Pool[];
  /** The cache that all tasks share; this process's memory when left out. */
  cache?: CacheAddress | null;
  /** Where uploaded files lie; without it uploads are refused. */
  uploads?: UploadStore | null;
  /** Records of releases; none when left out. */
  releases?: ReleaseStore | null;
  tokenKey: string;
  line: LineOptions;
  /** Without it this process takes no part in judging alerts. */
  alerts?: AlertOptions;
  logger: Logger;
  version: string;
  /** Whose pages may use the API from a browser, besides those of its own origin; nobody's when left out. */
  siteOrigins?: readonly string[];
  /** Folder of the built sites; they are served elsewhere when left out. */
  sitesFolder?: string | null;
  /** No limits when left out. */
  rateLimits?: RateLimits;
  /** Requests under way at a time, beyond which further ones are refused. */
  maxRequestsUnderWay?: number;
  /** Whether this process frees the slots of ended holds and offers freed slots to those who wait; not unless it says so. */
  keepsSlots?: boolean;
  /** Epoch milliseconds; the machine's clock unless a test brings its own. */
  clock?: () => number;
}

/** The largest honest body is a few hundred bytes; 64 kB leaves room and cannot be used to fill memory. */
const BODY_LIMIT_BYTES = 64 * 1024;

/** How much later than the load balancer the API closes an idle connection: a request that is on its way then still arrives. */
const KEPT_LONGER_SECONDS = 10;

/** Exactly the load balancer stands before the API and adds one address to X-Forwarded-For. */
const TRUSTED_PROXIES = 1;

export async function buildServer(options: ServerOptions): Promise<FastifyInstance> {
  const { primary, replicas = [], tokenKey, logger, version, clock = Date.now } = options;
  const metrics = createMetrics(() => poolStatistics(primary));
  const cache = createCache(options.cache ?? null, logger, (result) => metrics.cacheRequests.inc({ result }));
  const reads = new Reads({ primary, replicas, cache, logger });
  const announcements = new Announcements(primary, logger);
  const catalogues = new Catalogues(primary, announcements, clock);
  const revocations = new Revocations(primary, announcements);
  const insights = new InsightWriter(primary, {
    written: (count) => metrics.decisionInsights.inc({ result: 'written' }, count),
    dropped: (count, error) => {
      metrics.decisionInsights.inc({ result: 'dropped' }, count);
      if (error) logger.warn({ err: error, metadata: { count } }, 'insights into booking decisions were dropped');
    },
  });
  const line = new Line(options.line, { pool: primary, cache, registry: metrics.registry, logger, clock });
  const openLineCircuit = lineCircuitOpener(announcements, line.circuit, primary);
  const replicaLagSeconds = () => reads.lagSeconds;
  const sources = { primary, metrics, line: line.metrics, registry: metrics.registry, replicaLagSeconds };
  const engine = options.alerts
    ? new AlertEngine(options.alerts, { ...sources, openLineCircuit, logger, clock })
    : null;
  const context: Context = {
    primary,
    reads,
    uploads: options.uploads ?? null,
    cache,
    catalogues,
    claims: new ClaimWriter(primary, { retried: (code) => metrics.databaseRetries.inc({ code }) }),
    lost: new LostClaims(primary, clock),
    insights,
    line,
    tokens: createTokens(tokenKey, (identity, validFrom) => revocations.isRevoked(identity, validFrom)),
    metrics,
    clock,
  };
  const slotKeeper = new SlotKeeper(context, logger);

  // Fastify's type parameter for the logger would otherwise run through the type of every route.
  const fastifyLogger: FastifyBaseLogger = logger;
  const server = Fastify({
    loggerInstance: fastifyLogger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request_id' }),
    genReqId: requestId,
    frameworkErrors: answerUnroutable,
    clientErrorHandler: answerBrokenRequests(logger),
    requestTimeout: ARRIVAL_SECONDS * 1000,
    http: { headersTimeout: ARRIVAL_SECONDS * 1000, connectionsCheckingInterval: ARRIVAL_CHECK_MS },
    keepAliveTimeout: (LOAD_BALANCER_IDLE_SECONDS + KEPT_LONGER_SECONDS) * 1000,
    bodyLimit: BODY_LIMIT_BYTES,
    trustProxy: (_address, hop) => hop < TRUSTED_PROXIES,
    // While it shuts down a task finishes what it has and tells keep-alive clients to go elsewhere.
    forceCloseConnections: 'idle',
    return503OnClosing: false,
  }).withTypeProvider<TypeBoxTypeProvider>();

  readBodies(server);
  validateRequests(server);
  answerProblems(server);
  answerNotFound(server);
  logRequests(server, metrics);
  secureAnswers(server);
  if (options.siteOrigins?.length) await allowSites(server, options.siteOrigins);
  // After what gives every answer its headers: a page must be able to read that it was refused, and when to come back.
  shedLoad(server, options.maxRequestsUnderWay ?? MAX_REQUESTS_UNDER_WAY);
  server.decorateRequest('identity', null);
  await documentRoutes(server, version);
  const components = {
    database: database(primary),
    database_pool: databasePool(primary),
    cache: sharedCache(cache),
    line: line.health,
    disk,
    memory,
  };
  await server.register(healthRoutes, { version, components });
  server.get(METRICS_PATH, { schema: { hide: true } }, async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
  await server.register(
    async (api) => {
      rememberWriters(api, reads);
      limitRequests(api, cache, context.tokens, options.rateLimits ?? { perIdentity: null, perAddress: null });
      await api.register(sessionRoutes, { context });
      await api.register(platformRoutes, { context });
      await api.register(salonListRoutes, { context });
      await api.register(
        async (merchant) => {
          guardMerchantRoutes(merchant, context.tokens);
          await merchant.register(availabilityRoutes, { context });
          await merchant.register(bookingRoutes, { context });
          await merchant.register(changeRoutes, { context });
          await merchant.register(insightRoutes, { context });
          await merchant.register(waitingListRoutes, { context });
          await merchant.register(customerSessionRoutes, { context });
          await merchant.register(lineChannelRoutes, { context });
          await merchant.register(lineTestRoutes, { context });
          await merchant.register(notificationRoutes, { context });
          await merchant.register(merchantRoutes, { context });
          await merchant.register(accountRoutes, { context });
          await merchant.register(customerRoutes, { context });
          await merchant.register(uploadRoutes, { context });
        },
        { prefix: '/merchants/:merchantId' },
      );
    },
    { prefix: API_PREFIX },
  );

  await server.register(alertRoutes, { context, engine, prefix: ALERTS_PREFIX });
  await server.register(alertRoutes, { context, engine, prefix: `${ADMIN_PREFIX}/alerts` });
  await server.register(maintenanceRoutes, { context, prefix: ADMIN_PREFIX });
  await server.register(releaseRoutes, { context, releases: options.releases ?? null, prefix: ADMIN_PREFIX });
  await server.register(lineWebhookRoutes, { line, prefix: API_PREFIX });
  if (options.sitesFolder) await serveSites(server, options.sitesFolder);

  const stopWatching = watchPool(primary, logger);
  server.addHook('onReady', async () => {
    await announcements.listen();
    await reads.start();
    line.start();
    engine?.start();
    if (options.keepsSlots) slotKeeper.start();
  });
  server.addHook('onClose', async () => {
    reads.stop();
    stopWatching();
    await engine?.stop();
    await line.stop();
    await slotKeeper.stop();
    await insights.close();
    await announcements.close();
    await cache.close();
  });
  return server;
}
