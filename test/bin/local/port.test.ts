import { createServer } from 'node:net';
import { refuseTakenPort } from '../../../bin/local/port';
import { freePort } from '../../../bin/local/postgres';

test('a free port is taken as it is', async () => {
  await expect(refuseTakenPort('127.0.0.1', await freePort(), 0)).resolves.toBeUndefined();
});

test('a port that becomes free in time is waited for', async () => {
  const other = createServer();
  const port = await freePort();
  await new Promise<void>((listening) => other.listen(port, '127.0.0.1', listening));
  const wait = refuseTakenPort('127.0.0.1', port, 5_000);
  other.close();
  await expect(wait).resolves.toBeUndefined();
});

test('a HOST that is no address of this machine is named, with what is allowed', async () => {
  await expect(refuseTakenPort('192.0.2.1', await freePort(), 0)).rejects.toThrow(
    'HOST is "192.0.2.1": an address of this machine is allowed, such as 127.0.0.1, or 0.0.0.0 for all of them',
  );
});
