import { readFileSync } from 'node:fs';
import { fingerprint, SCHEMA_FILE } from '../../../bin/web/client';
import { describeApi } from '../../../bin/web/describe-api';
import { nameSchemas } from '../../../bin/web/name-schemas';

test("The types of the sites' API client are those of the API: npm run web:client writes them anew", async () => {
  const description = nameSchemas(await describeApi());
  expect(readFileSync(SCHEMA_FILE, 'utf8').split('\n')[0]).toBe(fingerprint(description));
});

test('A shape with a title is described once, under that title', () => {
  const shape = { title: 'Slot', type: 'object', properties: { staffId: { type: 'string' } } };
  const description = { info: { title: 'API', version: '1' }, paths: { a: shape, b: { items: { ...shape } } } };
  expect(nameSchemas(description)).toEqual({
    info: { title: 'API', version: '1' },
    paths: { a: { $ref: '#/components/schemas/Slot' }, b: { items: { $ref: '#/components/schemas/Slot' } } },
    components: { schemas: { Slot: shape } },
  });
});

test('Two different shapes under one title are refused', () => {
  const paths = { a: { title: 'Slot', type: 'object' }, b: { title: 'Slot', type: 'string' } };
  expect(() => nameSchemas({ paths })).toThrow('"Slot"');
});
