/** The configuration of one environment, field by field. */
import { z } from 'zod';
import { flag, logRetention, oneOf, region, text, timeOfDay, zones } from '../fields';
import { access } from './access';
import { alerting, metricsHost } from './alerting';
import { cache } from './cache';
import { database } from './database';
import { domain, edge } from './edge';
import { maintenance } from './maintenance';
import { monitoring } from './monitoring';
import { network } from './network';
import { recovery } from './recovery';
import { service } from './service';
import { storage } from './storage';

export const ENVIRONMENT_NAMES = ['dev', 'staging', 'production'] as const;
export type EnvironmentName = (typeof ENVIRONMENT_NAMES)[number];

export const environmentSchema = z.strictObject({
  name: oneOf(ENVIRONMENT_NAMES),

  /** The AWS account that holds this environment and no other. @example '111111111111' */
  account: text(/^\d{12}$/, 'the 12 digits of an AWS account'),

  /** @default 'ap-northeast-1' (Tokyo, the nearest to Taiwan with every service in use) */
  region: region().default('ap-northeast-1'),

  /** Availability zones, stated because a look-up needs an AWS account. @example ['ap-northeast-1a', 'ap-northeast-1c', 'ap-northeast-1d'] */
  zones: zones(),

  /** Zone of every window and schedule below, one without daylight saving. @default 'Asia/Taipei' */
  timeZone: oneOf(['Asia/Taipei', 'Asia/Tokyo', 'UTC']).default('Asia/Taipei'),

  /** Refuse to delete any stack until this is off. */
  terminationProtection: flag(),

  /** Days that logs are kept. @default 90 (requirement E5) */
  logDays: logRetention().default(90),

  /** When the daily comparison of what runs with what was deployed is made. @default '06:30', after the quiet hours' work */
  driftCheckAt: timeOfDay().default('06:30'),

  domain,
  network,
  database,
  cache,
  storage: storage.prefault({}),
  edge: edge.prefault({}),
  service,
  access,
  maintenance: maintenance.prefault({}),
  monitoring,
  alerting: alerting.prefault({}),

  /** A host with Prometheus and Grafana. @default none */
  metricsHost: metricsHost.optional(),

  /** Recovery points and copies beyond RDS's own backups. @default none */
  recovery: recovery.optional(),
});

/** What an environment file states. */
export type EnvironmentInput = z.input<typeof environmentSchema>;

/** The same with every default filled in: what the constructs read. */
export type EnvironmentConfig = z.output<typeof environmentSchema>;
