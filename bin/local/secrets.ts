/** The local platform's own passwords and keys: made at the first start, kept, readable by their user only. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { writePrivately } from './write-privately';

export interface Secrets {
  superuser: string;
  owner: string;
  api: string;
  maintenance: string;
  tokenKey: string;
  credentialsKey: string;
  /** Of the platform's channel at the fake LINE. */
  lineChannel: string;
  /** Of the demo's accounts. */
  demoPassword: string;
}

const NAMES = [
  'superuser',
  'owner',
  'api',
  'maintenance',
  'tokenKey',
  'credentialsKey',
  'lineChannel',
  'demoPassword',
] as const;

/** Reads the file; secrets that it lacks are made and added to it. */
export function readSecrets(file: string): Secrets {
  const known: Partial<Secrets> = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const secret = (name: (typeof NAMES)[number]) => known[name] ?? randomBytes(32).toString('base64');
  const secrets: Secrets = {
    superuser: secret('superuser'),
    owner: secret('owner'),
    api: secret('api'),
    maintenance: secret('maintenance'),
    tokenKey: secret('tokenKey'),
    credentialsKey: secret('credentialsKey'),
    lineChannel: secret('lineChannel'),
    demoPassword: secret('demoPassword'),
  };
  if (NAMES.some((name) => known[name] === undefined)) {
    mkdirSync(dirname(file), { recursive: true });
    writePrivately(file, `${JSON.stringify(secrets, null, 2)}\n`);
  }
  return secrets;
}
