/** What the load balancer, the container and the operator's tools must agree on with the booking API. */

/** TCP port the API listens on, in the container and locally (requirement A4). */
export const API_PORT = 8000;

/** The API's container in its task definition. */
export const API_CONTAINER = 'api';

/** Liveness for the load balancer: answers without touching a dependency. */
export const HEALTH_PATH = '/health';

/** Health of every component, for people, dashboards and release checks. */
export const COMPONENT_HEALTH_PATH = '/api/health';

export const METRICS_PATH = '/metrics';
export const DOCS_PATH = '/docs';
export const OPENAPI_PATH = '/openapi.json';
export const API_PREFIX = '/api/v1';
/** The alert endpoints for programs inside the network; `ADMIN_PREFIX` has the same for admins' browsers. */
export const ALERTS_PREFIX = '/api/alerts';
/** What the admin site reads: open to the internet like all of the API, and answered to the admin's role alone. */
export const ADMIN_PREFIX = `${API_PREFIX}/admin`;

/** Paths that the load balancer answers with 404 to the internet (requirement C5). */
export const INTERNAL_PATHS = [METRICS_PATH, DOCS_PATH, `${DOCS_PATH}/*`, OPENAPI_PATH, `${ALERTS_PREFIX}/*`] as const;

/** One release must finish its requests within this many seconds after SIGTERM; ECS's stop time-out is larger. */
export const SHUTDOWN_GRACE_SECONDS = 25;

/** An idle connection from the load balancer lasts this long; the API closes its own later, or a request would meet a closed door (502). */
export const LOAD_BALANCER_IDLE_SECONDS = 60;

/** HTTPS port on which the load balancer shows the side of a release that is under test (requirement A3). */
export const TEST_LISTENER_PORT = 8443;

/** LINE posts every merchant's events below this path, from a few addresses: no limit per address counts them. */
export const LINE_WEBHOOK_PREFIX = `${API_PREFIX}/line/`;

/** What the platform's own access tokens say of themselves (HS256; app/auth/tokens.ts). */
export const TOKEN_ISSUER = 'nailbook';
export const TOKEN_AUDIENCE = 'nailbook-api';
