/** The API with its types: one client a site, made from the API's own description. */
import createClient, { type Client } from 'openapi-fetch';
import { ApiProblem, ConnectionLost } from './errors';
import type { paths, Problem } from './schema';

export type Api = Client<paths>;

export interface ApiOptions {
  /** Origin of the API; the site's own when left out. */
  baseUrl?: string | undefined;
  /** `null`: nobody is signed in. Asked at each request. */
  token: () => string | null;
  /** For the API's messages: zh-Hant or en. */
  language: () => string;
}

export function createApi({ baseUrl = '', token, language }: ApiOptions): Api {
  const api: Api = createClient<paths>({ baseUrl: baseUrl || location.origin });
  api.use({
    onRequest({ request }) {
      const bearer = token();
      if (bearer !== null) request.headers.set('authorization', `Bearer ${bearer}`);
      request.headers.set('accept-language', language());
      return request;
    },
    // fetch() rejects when no answer came; whether the request arrived is then unknown.
    onError: ({ error }) => new ConnectionLost({ cause: error }),
  });
  return api;
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/**
 * The answer's body, undefined where the API answers without one (204); throws an ApiProblem where the API refuses, a ConnectionLost
 * where it cannot be reached.
 */
export function answered<T>(request: Promise<Answer<T>>): Promise<T>;
export async function answered(request: Promise<Answer<unknown>>): Promise<unknown> {
  const { data, error, response } = await request;
  if (response.ok) return data;
  throw new ApiProblem(isProblem(error) ? error : unreadable(response));
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && 'detail' in body;
}

/** An answer of something before the API, such as a firewall or a load balancer without a task. */
function unreadable({ status, statusText, headers }: Response): Problem {
  const code = status === 429 ? 'rate_limited' : status >= 500 ? 'unavailable' : 'unexpected_answer';
  const requestId = headers.get('x-request-id') ?? '';
  return { type: 'about:blank', title: statusText, status, code, detail: `HTTP ${status}`, requestId };
}
