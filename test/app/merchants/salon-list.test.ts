import { Client } from 'pg';
import { prepareSmokeTestSalon } from '../../../app/database/smoke-test-salon';
import { createTestApi, type TestApi } from '../../support/api';

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
  const owner = new Client({ connectionString: api.database.ownerUrl });
  await owner.connect();
  await owner.query(
    "INSERT INTO merchants (name, time_zone) VALUES ('指彩工房 大安店', 'Asia/Taipei'), ('Lotus Nails', 'Asia/Taipei')",
  );
  // Behind all others, and not for customers.
  await prepareSmokeTestSalon(owner);
  await owner.end();
}, 30_000);
afterAll(() => api.close());

const list = async (query = '') => {
  const answer = await api.server.inject({ url: `/api/v1/salons${query}` });
  return answer.json<{ salons: { id: string; name: string }[]; nextAfter: string | null }>();
};

test('Anybody sees which salons there are, by name and nothing more', async () => {
  const { salons, nextAfter } = await list();
  expect(salons).toHaveLength(3);
  expect(salons.at(-1)).toEqual({ id: expect.any(String), name: 'Lotus Nails' });
  expect(nextAfter).toBeNull();
});

test('A part of the name finds a salon', async () => {
  expect((await list('?search=lotus')).salons.map(({ name }) => name)).toEqual(['Lotus Nails']);
  expect((await list(`?search=${encodeURIComponent('大安')}`)).salons.map(({ name }) => name)).toEqual([
    '指彩工房 大安店',
  ]);
});

test('The salon in which releases are tried is not among them', async () => {
  expect((await list('?search=release')).salons).toEqual([]);
});

test('Many salons come a page at a time', async () => {
  const first = await list('?limit=2');
  const second = await list(`?limit=2&after=${first.nextAfter}`);
  expect([first.salons.length, second.salons.length, second.nextAfter]).toEqual([2, 1, null]);
});
