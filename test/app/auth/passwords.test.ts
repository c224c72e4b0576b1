import { hashPassword, verifyPassword } from '../../../app/auth/passwords';

test('a password is known by its hash, which shows the cost of a guess and differs each time', async () => {
  const [one, two] = [await hashPassword('correct horse'), await hashPassword('correct horse')];
  expect(one).toMatch(/^scrypt\$15\$8\$3\$[\w-]{22}\$[\w-]{43}$/);
  expect(one).not.toBe(two);
  expect(await verifyPassword('correct horse', one)).toBe(true);
  expect(await verifyPassword('correct horse ', one)).toBe(false);
  expect(await verifyPassword('correct horse', null)).toBe(false);
});

test('the same characters typed in another way are the same password', async () => {
  const hash = await hashPassword('cafe\u0301 １２３', { logN: 4, r: 1, p: 1 });
  expect(await verifyPassword('caf\u00e9 123', hash)).toBe(true);
});
