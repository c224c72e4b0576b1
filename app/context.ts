/** What the routes work with: made once by `server.ts`, handed to every part, so that a test can put its own in place. */
import type { Pool } from 'pg';
import type { Tokens } from './auth/tokens';
import type { ClaimWriter } from './bookings/claim-writer';
import type { LostClaims } from './bookings/lost-claims';
import type { Cache } from './cache/cache';
import type { Reads } from './database/reads';
import type { InsightWriter } from './insights/insight-writer';
import type { Line } from './line/line';
import type { Catalogues } from './merchants/catalogues';
import type { Metrics } from './metrics';
import type { UploadStore } from './uploads/upload-store';

export interface Context {
  /** The primary: every write, and reads that must see the latest. */
  primary: Pool;
  /** Reads that may be some seconds behind, though not behind what their reader wrote. */
  reads: Reads;
  cache: Cache;
  /** `null`: this installation has no place for uploaded files. */
  uploads: UploadStore | null;
  catalogues: Catalogues;
  claims: ClaimWriter;
  lost: LostClaims;
  insights: InsightWriter;
  line: Line;
  tokens: Tokens;
  metrics: Metrics;
  /** Epoch milliseconds. */
  clock: () => number;
}
