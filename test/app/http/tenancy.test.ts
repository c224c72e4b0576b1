import { setTimeout as sleep } from 'node:timers/promises';
import { Client, escapeIdentifier } from 'pg';
import { createTestApi, type TestApi } from '../../support/api';
import { bookingsOf, taipei } from '../../support/bookings';
import { operationsOf, sampleBody, type DescribedRoute } from '../../support/openapi';
import { createSalon, type Salon } from '../../support/salon';
import { tenantTables } from '../../support/tenant-tables';

/** What anybody may ask without a token, because it says nothing that a salon would not tell everybody; or is guarded by other means. */
const PUBLIC_ROUTES = [
  // Asks for the cookie that signing in leaves; without it there is nobody to sign out.
  'delete /api/v1/sessions/current',
  'get /api/health',
  'get /api/v1/merchants/{merchantId}',
  'get /api/v1/merchants/{merchantId}/availability',
  'get /api/v1/merchants/{merchantId}/availability/explain',
  'get /api/v1/merchants/{merchantId}/services',
  'get /api/v1/merchants/{merchantId}/staff',
  'get /api/v1/salons',
  'get /api/v1/sessions/current',
  'get /health',
  // Guarded by LINE's signature, and by what signing in asks for.
  'post /api/v1/line/webhook/{channelId}',
  'post /api/v1/merchants/{merchantId}/sessions',
  'post /api/v1/sessions',
];

const MERCHANT_PREFIX = '/api/v1/merchants/{merchantId}/';

let api: TestApi;
let theirs: Salon;
let admin: Client;
let routes: DescribedRoute[];
/** Of the other salon, by parameter. */
let theirIds: Record<string, string>;

beforeAll(async () => {
  api = await createTestApi();
  theirs = await createSalon(api.database.adminUrl);
  const bookings = bookingsOf(api);
  const body = {
    serviceIds: [theirs.serviceIds[0]],
    staffId: theirs.staffIds[0],
    startsAt: taipei(bookings.freshDay(), '10:00'),
  };
  const booked = await bookings.book(body, { salon: theirs });
  const own = await bookings.book(bookings.wish(body.startsAt));
  if (booked.statusCode !== 201 || own.statusCode !== 201) throw new Error(`Not booked: ${booked.body} ${own.body}`);
  theirIds = {
    merchantId: theirs.merchantId,
    bookingId: booked.json().id,
    staffId: theirs.staffIds[0],
    serviceId: theirs.serviceIds[0],
    customerId: theirs.customerIds[0],
  };
  routes = operationsOf((await api.server.inject('/openapi.json')).json());
  admin = new Client({ connectionString: api.database.adminUrl });
  await admin.connect();
  // Written a moment after the answer: nothing may still be on its way when the rows are compared.
  const insights = () => admin.query('SELECT FROM decision_insights');
  while ((await insights()).rowCount !== 2) await sleep(10);
});
afterAll(async () => {
  await admin.end();
  await api.close();
});

/** Everything that the other salon has, as one text a table. */
async function everythingOfTheirs(): Promise<Record<string, unknown>> {
  const rows: Record<string, unknown> = {};
  for (const { name, merchantColumn } of await tenantTables(admin)) {
    const table = escapeIdentifier(name);
    const { rows: found } = await admin.query(
      `SELECT string_agg(t::text, E'\n' ORDER BY t::text) AS all FROM ${table} t WHERE ${merchantColumn} = $1`,
      [theirs.merchantId],
    );
    rows[name] = found[0];
  }
  return rows;
}

const identities = () =>
  [
    { role: 'customer', userId: api.salon.customerIds[0] },
    { role: 'merchant', userId: 'salon-user-7' },
  ] as const;

/** The route asked with a token of our salon; `ids` fill the path, and what they leave open is theirs, or nobody's. */
async function ask(
  { method, path, operation }: DescribedRoute,
  as: object,
  ids: Record<string, string> = {},
): Promise<string> {
  const url = path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => ids[name] ?? theirIds[name] ?? '999999');
  const body = sampleBody(operation);
  const { statusCode } = await api.server.inject({
    method: method.toUpperCase() as 'POST',
    url,
    headers: { authorization: `Bearer ${api.token(as)}` },
    ...(body === undefined ? {} : { payload: body as object }),
  });
  return `${method} ${path} ${statusCode}`;
}

it('Only these routes ask for no token', () => {
  const open = routes.filter(({ guarded }) => !guarded).map(({ method, path }) => `${method} ${path}`);
  expect(open.sort()).toEqual(PUBLIC_ROUTES);
});

it('Every other route refuses another salon’s token with 403 or 404, and nothing of that salon changes', async () => {
  const guarded = routes.filter(({ guarded, path }) => guarded && path.startsWith(MERCHANT_PREFIX));
  expect(guarded.length).toBeGreaterThan(3);
  const before = await everythingOfTheirs();
  const answers: string[] = [];
  for (const as of identities()) for (const route of guarded) answers.push(await ask(route, as));
  expect(answers.filter((answer) => !/ (403|404)$/.test(answer))).toEqual([]);
  expect(await everythingOfTheirs()).toEqual(before);
});

it('Another salon’s rows are not there under one’s own salon either', async () => {
  const detailed = routes.filter(
    ({ guarded, path }) =>
      guarded && path.startsWith(MERCHANT_PREFIX) && path.slice(MERCHANT_PREFIX.length).includes('{'),
  );
  expect(detailed.length).toBeGreaterThan(1);
  const before = await everythingOfTheirs();
  const answers: string[] = [];
  for (const as of identities())
    for (const route of detailed) answers.push(await ask(route, as, { merchantId: api.salon.merchantId }));
  expect(answers.filter((answer) => / [25]\d\d$/.test(answer))).toEqual([]);
  expect(await everythingOfTheirs()).toEqual(before);
});

it('Routes of the whole platform refuse customers and salons', async () => {
  const platform = routes.filter(({ guarded, path }) => guarded && !path.startsWith(MERCHANT_PREFIX));
  const answers: string[] = [];
  for (const as of identities()) for (const route of platform) answers.push(await ask(route, as));
  expect(answers.filter((answer) => !/ (403|404)$/.test(answer))).toEqual([]);
});

it('The same requests with the salon’s own token are not refused for it, so the refusals mean something', async () => {
  const list = routes.find(
    ({ method, path }) => method === 'get' && path === `${MERCHANT_PREFIX}bookings`,
  ) as DescribedRoute;
  const as = { role: 'customer', userId: theirs.customerIds[0], merchantId: theirs.merchantId };
  expect(await ask(list, as)).toMatch(/ 200$/);
});
