/** Lets a page that is loaded anew sign in again: the token in a cookie that no script can read, sent to the sessions' paths alone. */
import type { FastifyRequest } from 'fastify';
import { API_PREFIX } from '../contract/api';

const NAME = 'nailbook_session';

/** The API takes it for nothing but handing the token back, to a page of its own origin or of the sites: it authorises no request. */
const ATTRIBUTES = `Path=${API_PREFIX}/sessions; HttpOnly; SameSite=Strict`;

/** A `Set-Cookie` header. An empty token takes the cookie away. */
export function sessionCookie(request: FastifyRequest, token: string, lifetimeSeconds: number): string {
  // Plain HTTP is only spoken on one's own machine, where some browsers keep no secure cookies.
  const secure = request.protocol === 'https' ? '; Secure' : '';
  return `${NAME}=${token}; Max-Age=${lifetimeSeconds}; ${ATTRIBUTES}${secure}`;
}

export function sessionCookieOf({ headers }: FastifyRequest): string | null {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='));
  return pairs.find(([name]) => name === NAME)?.[1] || null;
}
