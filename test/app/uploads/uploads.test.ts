import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { S3Client } from '@aws-sdk/client-s3';
import { s3UploadStore } from '../../../app/uploads/upload-store';
import { createTestApi, type TestApi } from '../../support/api';

const STAFF = { role: 'merchant', userId: '900' } as const;

/** As much of S3 as the API itself talks to: it asks whether an object is there, and removes it. */
const objects = new Map<string, number>();
let s3: Server;
let api: TestApi;

beforeAll(async () => {
  s3 = createServer((request, response) => {
    const key = decodeURIComponent(new URL(request.url ?? '', 'http://s3').pathname.replace('/designs/', ''));
    const bytes = objects.get(key);
    if (request.method === 'DELETE') {
      objects.delete(key);
      response.writeHead(204).end();
    } else if (bytes === undefined)
      response.writeHead(403).end(); // as S3 does to whom may not list the bucket
    else response.writeHead(200, { 'content-length': bytes }).end();
  }).listen(0, '127.0.0.1');
  await once(s3, 'listening');
  const { port } = s3.address() as AddressInfo;
  const client = new S3Client({
    endpoint: `http://127.0.0.1:${port}`,
    forcePathStyle: true,
    region: 'ap-northeast-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  api = await createTestApi({}, { uploads: s3UploadStore('designs', client) });
}, 30_000);
afterAll(async () => {
  await api.close();
  s3.close();
});

const begin = (payload: object, as: object = STAFF) => api.request({ method: 'POST', url: '/uploads', payload, as });
const finish = (id: string) => api.request({ method: 'POST', url: `/uploads/${id}/finish`, as: STAFF });
const list = async (query = '', as = {}) => (await api.request({ url: `/uploads${query}`, as })).json();

async function upload(title: string): Promise<{ id: string; key: string }> {
  const { id, fields } = (await begin({ contentType: 'image/webp', title })).json();
  objects.set(fields.key, 1234);
  await finish(id);
  return { id, key: fields.key };
}

test('the form lets one file of this type and at most 10 MB be sent, to a place of this salon, for five minutes', async () => {
  const response = await begin({ contentType: 'image/jpeg' });
  expect(response.statusCode).toBe(201);
  const { fields, expiresAt } = response.json();
  const policy = JSON.parse(Buffer.from(fields.Policy, 'base64').toString());
  expect(policy.conditions).toEqual(
    expect.arrayContaining([
      ['content-length-range', 1, 10 * 1024 * 1024],
      ['eq', '$Content-Type', 'image/jpeg'],
      { key: fields.key },
      { bucket: 'designs' },
    ]),
  );
  expect(fields.key).toMatch(new RegExp(`^merchants/${api.salon.merchantId}/[0-9a-f-]{36}\\.jpg$`));
  expect(Date.parse(policy.expiration) - Date.now()).toBeLessThanOrEqual(5 * 60_000);
  expect(Math.abs(Date.parse(policy.expiration) - Date.parse(expiresAt))).toBeLessThan(5_000);
});

test.each(['image/svg+xml', 'text/html', 'image/gif', ''])(
  'a file of the type "%s" is refused',
  async (contentType) => {
    const response = await begin({ contentType });
    expect(response.json()).toMatchObject({ status: 400, errors: [{ field: 'body.contentType' }] });
  },
);

test('a picture is shown once its file has arrived, newest first and page by page, to customers too', async () => {
  const { id } = (await begin({ contentType: 'image/png', title: 'never sent' })).json();
  expect((await finish(id)).json()).toMatchObject({ status: 409, code: 'upload_missing' });
  const [first, second] = [await upload('法式'), await upload('漸層')];
  const page = await list('?limit=1');
  expect(page).toMatchObject({ uploads: [{ id: second.id, title: '漸層', bytes: 1234 }], nextBefore: second.id });
  expect(page.uploads[0].url).toContain(`/designs/${second.key}?`);
  expect(page.uploads[0].url).toContain('X-Amz-Expires=3600');
  expect(await list(`?limit=1&before=${page.nextBefore}`)).toMatchObject({
    uploads: [{ id: first.id }],
    nextBefore: null,
  });
});

test('a removed picture is gone from the list and from the bucket', async () => {
  const { id, key } = await upload('old');
  const remove = () => api.request({ method: 'DELETE', url: `/uploads/${id}`, as: STAFF });
  expect((await remove()).statusCode).toBe(204);
  expect(objects.has(key)).toBe(false);
  expect((await list()).uploads).not.toContainEqual(expect.objectContaining({ id }));
  expect((await remove()).json()).toMatchObject({ code: 'upload_unknown' });
});

test('only salon staff add and remove pictures', async () => {
  const { id } = await upload('ours');
  expect((await begin({ contentType: 'image/png' }, {})).json()).toMatchObject({ code: 'role_refused' });
  expect((await api.request({ method: 'DELETE', url: `/uploads/${id}` })).json()).toMatchObject({
    code: 'role_refused',
  });
  expect((await api.request({ url: '/uploads', as: null })).statusCode).toBe(401);
});

test('while S3 is away the answer says so, and the row stays', async () => {
  const { id, key } = await upload('safe');
  s3.closeAllConnections();
  s3.close();
  const response = await api.request({ method: 'DELETE', url: `/uploads/${id}`, as: STAFF });
  expect(response.json()).toMatchObject({ status: 503, code: 'uploads_unavailable' });
  expect(response.headers['retry-after']).toBe('5');
  expect((await list()).uploads).toContainEqual(expect.objectContaining({ id }));
  expect(objects.has(key)).toBe(true);
});

test('an installation without a bucket says what is missing', async () => {
  const local = await createTestApi();
  const response = await local.request({
    method: 'POST',
    url: '/uploads',
    payload: { contentType: 'image/png' },
    as: STAFF,
  });
  expect(response.json()).toMatchObject({
    status: 503,
    code: 'uploads_unavailable',
    detail: expect.stringContaining('UPLOADS_BUCKET'),
  });
  expect(response.headers['retry-after']).toBe('60');
  expect((await local.request({ url: '/uploads' })).json()).toEqual({ uploads: [], nextBefore: null });
  await local.close();
});
