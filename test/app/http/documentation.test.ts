import { Validator } from '@seriousme/openapi-schema-validator';
import { createTestApi, type TestApi } from '../../support/api';
import { operationsOf, type OpenApiDocument } from '../../support/openapi';

let api: TestApi;
let document: OpenApiDocument;
beforeAll(async () => {
  api = await createTestApi();
  document = (await api.server.inject('/openapi.json')).json();
});
afterAll(() => api.close());

test('the description is valid OpenAPI 3.1', async () => {
  const validator = new Validator();
  expect(await validator.validate(structuredClone(document) as unknown as Record<string, unknown>)).toEqual({
    valid: true,
  });
  expect(validator.version).toBe('3.1');
});

test('every route has a summary, a tag, and its parameters described', () => {
  for (const { method, path, operation } of operationsOf(document)) {
    expect({ method, path, ...operation }).toMatchObject({
      summary: expect.stringMatching(/\w/),
      tags: [expect.any(String)],
    });
    const named = operation.parameters?.filter((parameter) => parameter.in === 'path').map(({ name }) => name);
    expect(named ?? []).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
  }
});

test('problems travel as problem documents, and 200s as JSON', () => {
  const responses = operationsOf(document).find(({ method, path }) => method === 'post' && path.endsWith('/bookings'))
    ?.operation.responses;
  expect(Object.keys(responses?.['201']?.content ?? {})).toEqual(['application/json']);
  for (const status of ['409', '4XX', '503'])
    expect(Object.keys(responses?.[status]?.content ?? {})).toEqual(['application/problem+json']);
});

test('the page at /docs is HTML that loads its own files', async () => {
  const page = await api.server.inject('/docs');
  expect(page.statusCode).toBe(200);
  expect(page.headers['content-type']).toContain('text/html');
  const files = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => String(file));
  expect(files.length).toBeGreaterThan(2);
  for (const file of files)
    expect((await api.server.inject(new URL(file, 'http://localhost/docs').pathname)).statusCode).toBe(200);
});
