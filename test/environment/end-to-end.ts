/** `npm run test:environment -- staging`: what a customer does from beginning to end, and what the world must not see. */
import { INTERNAL_PATHS, METRICS_PATH } from '../../app/contract/api';
import type { Get } from '../../bin/nailbook/release/health';
import { runSmokeTests } from '../../lambda/releases/after-test-traffic/smoke-tests';
import { readTarget, type Target } from './target';

export interface Outcome {
  name: string;
  passed: boolean;
  detail: string;
}

/** From outside, the metrics of single tasks are out of reach: the last of the smoke tests is for the hook alone. */
const FROM_INSIDE_ONLY = 'metrics';

export async function endToEnd({ url, sites, token, now }: Target, get: Get): Promise<Outcome[]> {
  const { checks } = await runSmokeTests({ url, version: null, tasks: [], token: token(), clock: now });
  const wanted = checks.filter(({ name }) => name !== FROM_INSIDE_ONLY);
  const outcomes: Outcome[] = [...wanted];
  for (const path of [METRICS_PATH, ...INTERNAL_PATHS.filter((each) => !each.endsWith('*'))]) {
    const { status } = await get(`${url}${path}`);
    outcomes.push({ name: `closed ${path}`, passed: status === 404, detail: `answers ${status}` });
  }
  for (const site of sites) outcomes.push(await checkSite(site, get));
  return outcomes;
}

/** There, with its settings, and by HTTPS alone. */
async function checkSite(site: string, get: Get): Promise<Outcome> {
  const page = await get(`https://${site}/`);
  const settings = await get(`https://${site}/site.json`);
  const plain = await get(`http://${site}/`, { redirect: 'manual' });
  const policy = page.headers.get('content-security-policy');
  const problems = [
    ...(page.status === 200 ? [] : [`the page answers ${page.status}`]),
    ...(settings.status === 200 ? [] : [`its settings answer ${settings.status}`]),
    ...(plain.status >= 300 && plain.status < 400 ? [] : [`plain HTTP answers ${plain.status}`]),
    ...(policy?.includes("default-src 'self'") ? [] : ['no content security policy']),
  ];
  return { name: site, passed: problems.length === 0, detail: problems.join(', ') || 'is there' };
}

async function main(name: string): Promise<void> {
  const outcomes = await endToEnd(await readTarget(name), fetch);
  for (const { name: what, passed, detail } of outcomes) console.log(`${passed ? 'ok' : '!!'} ${what}: ${detail}`);
  if (outcomes.some(({ passed }) => !passed)) process.exitCode = 1;
}

if (require.main === module) {
  main(process.argv[2] ?? '').catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
