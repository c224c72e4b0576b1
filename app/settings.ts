/** Reads the API's settings from the environment once, at start; anything missing or out of range stops it with all reasons at once. */
import type { LeaderRole } from './alerts/leadership';
import { API_PORT } from './contract/api';
import { ENVIRONMENT_VARIABLES as NAMES } from './contract/environment';
import type { DatabaseAddress } from './database/login';
import { MAX_REQUESTS_UNDER_WAY } from './http/overload';
import type { RateLimits } from './http/rate-limit';

export interface Settings {
  environment: string;
  version: string;
  host: string;
  port: number;
  logLevel: string;
  database: DatabaseAddress;
  /** None: reads go to the primary. */
  databaseReaders: DatabaseAddress[];
  poolSize: number;
  poolOverflow: number;
  /** `null`: this process's memory is the cache. */
  cache: { url: string; secretArn: string | null } | null;
  uploadsBucket: string | null;
  releasesBucket: string | null;
  /** Whose pages may use the API from a browser, besides those of its own origin. */
  siteOrigins: string[];
  /** `null`: the sites are served elsewhere. */
  sitesFolder: string | null;
  rateLimits: RateLimits;
  maxRequestsUnderWay: number;
  tokenKey: { value: string } | { secretArn: string };
  line: {
    /** Without a slash at its end. */
    apiUrl: string;
    /** Encrypts the data keys of merchants' credentials: 32 bytes, or a key of KMS. */
    credentialsKey: { value: Buffer } | { keyArn: string };
    /** `null`: the platform has no channel of its own. */
    platformChannel: { value: string } | { secretArn: string } | null;
  };
  alerts: {
    role: LeaderRole;
    /** `null`: nobody is told there. */
    webhookUrl: string | null;
    slackWebhookUrl: string | null;
    /** Queue of SQS that takes the webhook's place. */
    queueUrl: string | null;
    /** Without a slash at its end. */
    runbooksUrl: string | null;
    dashboardUrl: string | null;
  };
}

const LEADER_ROLES = new Map<string, LeaderRole>([
  ['true', 'always'],
  ['false', 'never'],
  ['', 'elected'],
]);

const LINE_API_URL = 'https://api.line.me';

/** AES-256. */
const CREDENTIALS_KEY_BYTES = 32;

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/** Shorter keys than HMAC-SHA256's own block output weaken it (RFC 7518, 3.2). */
const MIN_TOKEN_KEY_LENGTH = 32;

/** Throws one Error that lists every setting that is missing or wrong, by variable name. */
export function readSettings(env: Record<string, string | undefined>): Settings {
  const problems: string[] = [];
  const text = (name: string, fallback: string) => env[name] || fallback;
  const integer = (name: string, fallback: number, min: number, max: number) => {
    const value = env[name];
    if (value === undefined || value === '') return fallback;
    const number = Number(value);
    if (!/^-?\d+$/.test(value) || number < min || number > max) {
      problems.push(`${name} is "${value}": a whole number from ${min} to ${max} is allowed`);
    }
    return number;
  };

  const limit = (name: string) => (env[name] ? integer(name, 0, 1, 1_000_000) : null);

  const logLevel = text(NAMES.logLevel, 'info');
  if (!LOG_LEVELS.includes(logLevel)) {
    problems.push(`${NAMES.logLevel} is "${logLevel}": ${LOG_LEVELS.join(', ')} are allowed`);
  }

  const databasePort = integer(NAMES.databasePort, 5432, 1, 65535);
  const addresses = (urlName: string, hostName: string): DatabaseAddress[] => {
    const url = env[urlName];
    const host = env[hostName];
    const secretArn = env[NAMES.databaseSecretArn];
    if (url) {
      // The URL itself holds a password and stays out of the message.
      if (!isDatabaseUrl(url)) problems.push(`${urlName} must read postgresql://user:password@host:port/database`);
      return [{ url }];
    }
    if (!host) return [];
    if (!secretArn) {
      problems.push(`${hostName} is set but ${NAMES.databaseSecretArn} is not: the two belong together`);
      return [];
    }
    const hosts = host.split(',').map((name) => name.trim());
    if (hosts.includes('')) problems.push(`${hostName} is "${host}": host names separated by commas are allowed`);
    const place = { port: databasePort, database: text(NAMES.databaseName, 'nailbook'), secretArn };
    return hosts.map((name) => Object.assign({ host: name }, place));
  };
  const [database, ...others] = addresses(NAMES.databaseUrl, NAMES.databaseHost);
  if (others.length > 0) problems.push(`${NAMES.databaseHost} is "${env[NAMES.databaseHost]}": there is one primary`);
  if (!database && !env[NAMES.databaseHost]) {
    problems.push(`${NAMES.databaseUrl} is not set: give it, or ${NAMES.databaseHost} and ${NAMES.databaseSecretArn}`);
  }

  const tokenKey = env[NAMES.tokenKey];
  const tokenKeySecretArn = env[NAMES.tokenKeySecretArn];
  if (!tokenKey && !tokenKeySecretArn)
    problems.push(`${NAMES.tokenKey} is not set: give it, or ${NAMES.tokenKeySecretArn}`);
  if (tokenKey && tokenKey.length < MIN_TOKEN_KEY_LENGTH) {
    problems.push(`${NAMES.tokenKey} has ${tokenKey.length} characters: at least ${MIN_TOKEN_KEY_LENGTH} are needed`);
  }

  const credentialsKey = Buffer.from(env[NAMES.credentialsKey] ?? '', 'base64');
  const credentialsKeyArn = env[NAMES.credentialsKeyArn];
  if (!credentialsKeyArn && credentialsKey.length !== CREDENTIALS_KEY_BYTES) {
    problems.push(
      `${NAMES.credentialsKey} must be ${CREDENTIALS_KEY_BYTES} bytes in base64: give it, or ${NAMES.credentialsKeyArn}`,
    );
  }
  const lineSecret = env[NAMES.lineSecret];
  const lineSecretArn = env[NAMES.lineSecretArn];

  const cacheUrl = env[NAMES.cacheUrl];
  if (cacheUrl && !(/^rediss?:\/\/[^@]+$/.test(cacheUrl) && URL.canParse(cacheUrl))) {
    problems.push(`${NAMES.cacheUrl} must be redis://host:port or rediss://host:port, without credentials`);
  }

  if (!cacheUrl && env[NAMES.cacheSecretArn])
    problems.push(`${NAMES.cacheSecretArn} is set but ${NAMES.cacheUrl} is not: the two belong together`);

  const siteOrigins = (env[NAMES.siteOrigins] ?? '').split(',').filter((origin) => origin !== '');
  for (const origin of siteOrigins) {
    if (URL.canParse(origin) && new URL(origin).origin === origin) continue;
    problems.push(`${NAMES.siteOrigins} has "${origin}": origins such as https://book.example.com are allowed`);
  }

  const role = LEADER_ROLES.get(env[NAMES.workerLeader] ?? '');
  if (!role) problems.push(`${NAMES.workerLeader} is "${env[NAMES.workerLeader]}": true or false are allowed`);
  const webAddress = (name: string, isSecret = false) => {
    const url = env[name];
    if (!url) return null;
    if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
      problems.push(`${name} ${isSecret ? 'must be' : `is "${url}": it must be`} an http(s) URL`);
    }
    return url.replace(/\/+$/, '');
  };

  if (env[NAMES.alertQueueUrl] && env[NAMES.alertWebhookUrl]) {
    problems.push(`${NAMES.alertQueueUrl} and ${NAMES.alertWebhookUrl} are both set: the one takes the other's place`);
  }

  const settings = {
    environment: text(NAMES.environment, 'local'),
    version: text(NAMES.version, 'dev'),
    host: text(NAMES.host, '127.0.0.1'),
    port: integer(NAMES.port, API_PORT, 0, 65535),
    logLevel,
    databaseReaders: addresses(NAMES.databaseReaderUrl, NAMES.databaseReaderHost),
    poolSize: integer(NAMES.databasePoolSize, 20, 2, 500),
    poolOverflow: integer(NAMES.databasePoolOverflow, 10, 0, 500),
    uploadsBucket: env[NAMES.uploadsBucket] || null,
    releasesBucket: env[NAMES.releasesBucket] || null,
    siteOrigins,
    sitesFolder: env[NAMES.sitesFolder] || null,
    rateLimits: {
      perIdentity: limit(NAMES.rateLimitPerIdentity),
      perAddress: limit(NAMES.rateLimitPerAddress),
    },
    maxRequestsUnderWay: integer(NAMES.maxRequestsUnderWay, MAX_REQUESTS_UNDER_WAY, 1, 100_000),
    line: {
      apiUrl: webAddress(NAMES.lineApiUrl) ?? LINE_API_URL,
      credentialsKey: credentialsKeyArn ? { keyArn: credentialsKeyArn } : { value: credentialsKey },
      platformChannel: lineSecret ? { value: lineSecret } : lineSecretArn ? { secretArn: lineSecretArn } : null,
    },
    alerts: {
      role: role ?? 'elected',
      webhookUrl: webAddress(NAMES.alertWebhookUrl, true),
      slackWebhookUrl: webAddress(NAMES.slackWebhookUrl, true),
      queueUrl: webAddress(NAMES.alertQueueUrl),
      runbooksUrl: webAddress(NAMES.runbooksUrl),
      dashboardUrl: webAddress(NAMES.dashboardUrl),
    },
    cache: cacheUrl ? { url: cacheUrl, secretArn: env[NAMES.cacheSecretArn] || null } : null,
  };
  if (problems.length > 0 || !database) throw new Error(`The API cannot start:\n  ${problems.join('\n  ')}`);
  return {
    ...settings,
    database,
    tokenKey: tokenKey ? { value: tokenKey } : { secretArn: tokenKeySecretArn ?? '' },
  };
}

/** Whether it reads postgresql://…; who may log in is not looked at. */
export function isDatabaseUrl(url: string): boolean {
  return URL.canParse(url) && /^postgres(ql)?:$/.test(new URL(url).protocol);
}
