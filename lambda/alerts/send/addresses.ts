/** Where receivers are: the secret `nailbook/<environment>/alerts`, which a person fills in and changes without a deployment. */
import { ON_CALL_LEVELS, type OnCallLevel } from '../../../app/contract/alert-routing';
import { field, isFields, parseObject } from '../fields';

export interface Addresses {
  /** Integration key of a PagerDuty service (Events API v2). */
  pagerdutyKey: string | null;
  /** Another one in PagerDuty's European region: https://events.eu.pagerduty.com/v2/enqueue */
  pagerdutyUrl: string;
  /** Incoming webhook of a channel. */
  slackUrl: string | null;
  /** Anything that understands Alertmanager's webhook. */
  webhookUrl: string | null;
  /** E-mail addresses; a level without any is left out. */
  email: Record<OnCallLevel, string[]>;
}

const PAGERDUTY = 'https://events.pagerduty.com/v2/enqueue';

/** Names in the secret, which speak like those of the other secrets. */
const LEVEL_FIELDS: Record<OnCallLevel, string> = {
  onCall: 'on_call',
  senior: 'senior',
  manager: 'manager',
  cto: 'cto',
};

const FIELDS = ['pagerduty_routing_key', 'pagerduty_url', 'slack_webhook_url', 'webhook_url', 'email'];

/** Throws an Error that names the field and what is allowed, never the value: it is a secret. `{}` is nobody. */
export function parseAddresses(text: string): Addresses {
  const secret = parseObject(text);
  if (!secret) throw new Error('The secret of the receivers is no JSON object');
  const unknown = Object.keys(secret).filter((name) => !FIELDS.includes(name));
  if (unknown.length > 0) {
    throw new Error(`The secret of the receivers has ${unknown.join(', ')}: allowed are ${FIELDS.join(', ')}`);
  }
  const email = secret['email'] ?? {};
  if (!isFields(email))
    throw new Error('email in the secret of the receivers must hold lists by level, such as on_call');
  const levels = Object.values(LEVEL_FIELDS);
  const strangers = Object.keys(email).filter((name) => !levels.includes(name));
  if (strangers.length > 0) {
    throw new Error(
      `email.${strangers[0]} in the secret of the receivers is no level: allowed are ${levels.join(', ')}`,
    );
  }
  return {
    pagerdutyKey: textOf(secret, 'pagerduty_routing_key', /^[A-Za-z0-9]{16,64}$/, 'an integration key'),
    pagerdutyUrl: urlOf(secret, 'pagerduty_url') ?? PAGERDUTY,
    slackUrl: urlOf(secret, 'slack_webhook_url'),
    webhookUrl: urlOf(secret, 'webhook_url'),
    email: {
      onCall: listOf(email, LEVEL_FIELDS.onCall),
      senior: listOf(email, LEVEL_FIELDS.senior),
      manager: listOf(email, LEVEL_FIELDS.manager),
      cto: listOf(email, LEVEL_FIELDS.cto),
    },
  };
}

/** Who gets an e-mail of everything up to that level. */
export function mailTo({ email }: Addresses, level: OnCallLevel): string[] {
  const upTo = ON_CALL_LEVELS.slice(0, ON_CALL_LEVELS.indexOf(level) + 1);
  return [...new Set(upTo.flatMap((one) => email[one]))];
}

function textOf(secret: unknown, name: string, pattern: RegExp, allowed: string): string | null {
  const value = field(secret, name) ?? '';
  if (value === '') return null;
  if (typeof value !== 'string' || !pattern.test(value)) {
    throw new Error(`${name} in the secret of the receivers is not ${allowed}`);
  }
  return value;
}

function urlOf(secret: unknown, name: string): string | null {
  return textOf(secret, name, /^https?:\/\/\S+$/, 'a URL');
}

function listOf(email: unknown, level: string): string[] {
  const value = field(email, level) ?? [];
  if (Array.isArray(value) && value.every(isAddress)) return value;
  throw new Error(`email.${level} in the secret of the receivers is not a list of e-mail addresses`);
}

function isAddress(value: unknown): value is string {
  return typeof value === 'string' && /^[^\s@]+@[^\s@]+$/.test(value);
}
