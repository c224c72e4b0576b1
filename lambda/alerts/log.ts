/** One JSON object a line (requirement C8), without a receiver's address: those are secrets. */
import { ENVIRONMENT_VARIABLES as NAMES } from '../../app/contract/environment';

export function log(level: 'info' | 'warn' | 'error', message: string, metadata: Record<string, unknown> = {}): void {
  const line = {
    timestamp: new Date().toISOString(),
    level,
    message,
    service: 'nailbook-alerts',
    environment: process.env[NAMES.environment] ?? 'local',
    metadata,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
