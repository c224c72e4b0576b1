/** Whose tokens are refused although their signature is good: erased customers, closed accounts, changed passwords. */
import type { Pool } from 'pg';
import type { Announcements } from '../database/announcements';
import { type Identity, identityKey } from './tokens';

const READ_REVOCATIONS = {
  name: 'read-revocations',
  text: 'SELECT identity, valid_from FROM revoked_identities()',
};

/** Keeps them in memory, a few hundred bytes each; PostgreSQL tells every process of a new one at the moment of its commit. */
export class Revocations {
  /** By identity: since when its tokens are valid, in seconds of the epoch; infinity refuses all. */
  private readonly validFrom = new Map<string, number>();
  /** Whose was announced since the last reading began, which may not know of it. */
  private readonly announced = new Set<string>();

  constructor(
    private readonly pool: Pool,
    announcements: Announcements,
  ) {
    announcements.on('identity_revoked', {
      announced: (payload) => {
        const [identity = '', seconds = ''] = payload.split(' ');
        this.validFrom.set(identity, toSeconds(seconds));
        this.announced.add(identity);
      },
      connected: () => this.read(),
    });
  }

  /** `signedFrom`: the same as it was when the token was signed. A sign-in that is not heard of yet has a later one. */
  isRevoked(identity: Identity, signedFrom: number): boolean {
    const validFrom = this.validFrom.get(identityKey(identity));
    return validFrom !== undefined && signedFrom < validFrom;
  }

  private async read(): Promise<void> {
    this.announced.clear();
    const { rows } = await this.pool.query<{ identity: string; valid_from: number }>(READ_REVOCATIONS);
    for (const { identity, valid_from: seconds } of rows)
      if (!this.announced.has(identity)) this.validFrom.set(identity, toSeconds(String(seconds)));
  }
}

/** PostgreSQL writes infinity its own way. */
function toSeconds(text: string): number {
  return text.toLowerCase() === 'infinity' ? Infinity : Number(text);
}
