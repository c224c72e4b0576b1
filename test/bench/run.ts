/** `npm run bench`: what the API reaches, as ratios to PostgreSQL's own benchmark in the same run; non-zero when a target is missed. */
import { randomBooking } from './create-bookings';
import { closedLoop } from './http-load';
import { pgbench, pgbenchVersion } from './pgbench';
import { startBenchPlatform } from './platform';

async function main(): Promise<void> {
  console.log(pgbenchVersion());
  const platform = await startBenchPlatform();
  try {
    const api = await platform.startApi();
    await closedLoop(api.port, 64, 3, randomBooking(platform));
    for (let round = 1; round <= 3; round++) {
      const created = await closedLoop(api.port, 64, 4, randomBooking(platform));
      console.log('api', created);
      for (const clients of [8, 16, 64]) console.log('pgbench', clients, await pgbench(platform.apiUrl, clients, 3));
    }
  } finally {
    await platform.stop();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
