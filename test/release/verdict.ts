/** Says what of a release was otherwise than it must be. */
import { COMPONENT_HEALTH_PATH } from '../../app/contract/api';
import { releaseId } from '../../app/contract/release-record';
import { MINUTE } from './clock';
import type { Deployment } from './ecs/deployment';
import type { Figures, Share } from './figures';
import type { Scenario } from './scenarios';
import type { Stage } from './stage';

const EXAMPLES = 3;

export interface Released {
  deployment: Deployment;
  /** Version; empty before the first release. */
  servedBefore: string;
  newSnapshots: number;
}

export async function judgeRelease(
  { ends, kind, reason, green }: Scenario,
  { service, balancer, store, sql }: Stage,
  { deployment, servedBefore, newSnapshots }: Released,
): Promise<string[]> {
  const wrong: string[] = [];
  const isPromoted = ends === 'SUCCESSFUL';
  if (deployment.status !== ends) wrong.push(`the deployment ended as ${deployment.status}, not as ${ends}`);
  const record = await store.read(releaseId(deployment.arn));
  const decision = isPromoted ? 'promoted' : 'rolled back';
  if (record?.decision !== decision) wrong.push(`the record says "${record?.decision}", not "${decision}"`);
  if (!reason.test(record?.reason ?? '')) wrong.push(`the record's reason is: ${record?.reason}`);

  const serving = isPromoted && kind !== 'by hand' ? green.version : servedBefore;
  const response = await fetch(`${balancer.url('production')}${COMPONENT_HEALTH_PATH}`);
  const { version } = (await response.json()) as { version: string };
  if (version !== serving) wrong.push(`${version} serves at the end, not ${serving}`);
  if (balancer.weights('production')[service.live?.targetGroup ?? ''] !== 100)
    wrong.push('production traffic is not all on what ECS calls live');

  if (kind !== 'by hand') {
    if (newSnapshots !== 1) wrong.push(`${newSnapshots} snapshots were taken, not one`);
    const added = await sql(
      `SELECT FROM information_schema.columns WHERE table_name = 'bookings' AND column_name = 'rehearsed'`,
    );
    if (added.length !== (isPromoted && green.migration ? 1 : 0))
      wrong.push(isPromoted ? 'its migration has not run' : 'its migration left something behind');
  }
  return wrong;
}

/** `speed`: how many times as fast as real time the deployment's passed. */
export function judgeFigures(scenario: Scenario, figures: Figures, speed: number): string[] {
  const { whole, onGreen, onGreenSeconds, afterwards, acknowledged, lost, unknown } = figures;
  const { failing: { least, most } = { least: 0, most: 0 }, reachesCustomers, withinMinutes = Infinity } = scenario;
  const wrong: string[] = [];
  if (acknowledged === 0) wrong.push('nobody booked');
  if (reachesCustomers !== onGreen.attempts > 0)
    wrong.push(`${onGreen.attempts} attempts were made while green had traffic`);
  const share = onGreen.attempts === 0 ? 0 : onGreen.failed / onGreen.attempts;
  if (share > most || share < least)
    wrong.push(`${describe(onGreen)} while green had traffic: ${percent(least)} to ${percent(most)} may`);
  if (afterwards.failed > 0) wrong.push(`${describe(afterwards)} after green had lost its traffic`);
  if (whole.failed > onGreen.failed + afterwards.failed)
    wrong.push(`${describe(whole)}, some before green had traffic`);
  const minutes = (onGreenSeconds * 1000 * speed) / MINUTE;
  if (minutes > withinMinutes)
    wrong.push(`green had traffic for ${minutes.toFixed(1)} minutes: at most ${withinMinutes} may be`);
  if (lost.length > 0)
    wrong.push(`${lost.length} acknowledged bookings are lost: ${lost.slice(0, EXAMPLES).join('; ')}`);
  if (unknown.length > 0)
    wrong.push(`${unknown.length} bookings are there twice: ${unknown.slice(0, EXAMPLES).join('; ')}`);
  return wrong;
}

function describe({ attempts, failed, statuses }: Share): string {
  const how = Object.entries(statuses).map(
    ([status, count]) => `${count} with ${status === '0' ? 'no answer' : status}`,
  );
  const details = how.length > 0 ? ` (${how.join(', ')})` : '';
  return `${failed} of ${attempts} attempts (${percent(failed / attempts)}) failed${details}`;
}

export function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`;
}
