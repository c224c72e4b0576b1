/** Prints what a race came to. */
import type { Race } from './scenario';
import type { Finding } from './verification';

/** Returns whether nothing was found. */
export function report(
  { journal, disturbed, seconds }: Race,
  findings: readonly Finding[],
  cacheHits: number | null,
): boolean {
  const total = [...journal.counts.values()].reduce((sum, count) => sum + count, 0);
  console.log(`\n${total} answers in ${seconds} s, ${Math.round(total / seconds)} a second`);
  for (const [name, count] of [...journal.counts].sort(([a], [b]) => (a < b ? -1 : 1))) row(name, count);

  const times = journal.creationTimes.toSorted((a, b) => a - b);
  const quantile = (share: number) => (times[Math.floor(times.length * share)] ?? Number.NaN).toFixed(1);
  console.log(`\nbook and hold: p50 ${quantile(0.5)} ms, p95 ${quantile(0.95)} ms, p99 ${quantile(0.99)} ms`);
  console.log(`\nWhat may be`);
  row('503 with Retry-After, each repeated with the same key', journal.busy);
  row('requests lost with a killed process, each repeated with the same key', journal.lost);
  row('requests that came while a killed process was gone, repeated at another', journal.refused);
  row('requests that were then answered clearly', journal.settled);
  row('requests given up after many repetitions', journal.givenUp);
  row('keys refused after a lost request: what was lost may still have booked', journal.uncertainKeys.size);
  if (disturbed) {
    row('holds that expired', disturbed.expired);
    row('most connections in use of one pool', disturbed.fullestPool.inUse);
    row('most requests that waited for one', disturbed.fullestPool.waiting);
  }
  if (cacheHits !== null) row('requests counted in the cache', cacheHits);
  console.log(`\nWhat must not be`);
  for (const { name, count, examples } of findings) {
    row(name, count);
    for (const example of examples) console.log(`      ${example}`);
  }
  const clean = findings.every(({ count }) => count === 0);
  console.log(clean ? '\nThe race was clean.' : '\nTHE RACE WAS LOST: see the counts above.');
  return clean;
}

function row(name: string, count: number): void {
  console.log(`  ${String(count).padStart(7)}  ${name}`);
}
