/** Lets the three sites, and no other page, use the API from a browser: in AWS it has a name of its own. */
import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';
import { DECISION_ID_HEADER } from '../insights/decide';
import { REQUEST_ID_HEADER } from './request-log';

/** What browsers remember at most; each path is then asked about once in two hours. */
const PREFLIGHT_SECONDS = 7_200;

/** `origins` such as https://book.example.com. */
export async function allowSites(server: FastifyInstance, origins: readonly string[]): Promise<void> {
  await server.register(cors, {
    origin: [...origins],
    // The cookie of salon staff, by which a reloaded page signs in again.
    credentials: true,
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: ['authorization', 'content-type', 'idempotency-key'],
    exposedHeaders: [REQUEST_ID_HEADER, 'retry-after', 'idempotency-replayed', DECISION_ID_HEADER],
    maxAge: PREFLIGHT_SECONDS,
    // An OPTIONS without the headers of a preflight would be refused in plain text, and not as a problem.
    strictPreflight: false,
  });
}
