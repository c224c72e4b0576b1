import { DatabaseError } from 'pg';
import { retryPassing } from '../../../app/bookings/retries';

/** Work that fails in these ways, one after the other, and then succeeds. */
function failing(...errors: Error[]) {
  const tries = { made: 0, retried: [] as string[] };
  const result = retryPassing(
    (code) => tries.retried.push(code),
    async () => {
      const error = errors[tries.made++];
      if (error) throw error;
      return 'done';
    },
  );
  return { tries, result };
}

const withCode = (code: string) => Object.assign(new DatabaseError(code, 0, 'error'), { code });
const BUSY = { status: 503, code: 'database_busy' };

test('what passes is tried again, three times in all, and each further try is heard of', async () => {
  const passing = [withCode('40P01'), new Error('Connection terminated unexpectedly')];
  const twice = failing(...passing);
  expect(await twice.result).toBe('done');
  expect(twice.tries).toEqual({ made: 3, retried: ['40P01', 'connection'] });

  const thrice = failing(...passing, withCode('40001'));
  await expect(thrice.result).rejects.toMatchObject(BUSY);
  expect(thrice.tries.made).toBe(3);
});

test('who waited for a connection in vain is told at once', async () => {
  const { tries, result } = failing(new Error('timeout exceeded when trying to connect'));
  await expect(result).rejects.toMatchObject(BUSY);
  expect(tries).toEqual({ made: 1, retried: [] });
});

test('anything else is thrown as it is', async () => {
  const { tries, result } = failing(withCode('23514'));
  await expect(result).rejects.toMatchObject({ code: '23514' });
  expect(tries.made).toBe(1);
});
