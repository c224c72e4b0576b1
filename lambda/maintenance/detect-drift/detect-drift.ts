/** Compares what runs with what was deployed, stack by stack, and names what differs (requirement A10). */
import { reasonOf } from '../../../app/contract/reason';
import { isExpected } from './expected';
import { count, timeLeft, type Outcome, type TaskRun } from '../task';

/** One resource that is not as its template says. */
export interface Drift {
  type: string;
  /** Name of the resource in AWS. */
  name: string;
  deleted: boolean;
  differences: { path: string; deployed: string; actual: string }[];
}

/** The stacks of one region. */
export interface Stacks {
  region: string;
  /** Names of the environment's stacks that are not being changed at the moment. */
  list(): Promise<string[]>;
  /** Begins the comparison of a stack and returns its id. */
  start(stack: string): Promise<string>;
  /** `null` while it goes on; otherwise the reason why it failed, or `''`. */
  finished(detection: string): Promise<string | null>;
  drifts(stack: string): Promise<Drift[]>;
}

export interface DriftResources {
  regions: Stacks[];
  sleep: (milliseconds: number) => Promise<void>;
}

/** CloudFormation takes from some seconds to some minutes for a stack. */
const POLL_MS = 5_000;

/** Values of a template are shown up to this length. */
const SHOWN_LENGTH = 120;

export async function detectDrift({ regions, sleep }: DriftResources, run: TaskRun): Promise<Outcome> {
  const perRegion = await Promise.all(regions.map((stacks) => detectInRegion(stacks, sleep, run)));
  const failures = perRegion.flatMap((region) => region.failures);
  const drifted = perRegion.reduce((sum, region) => sum + region.drifted, 0);
  const stacks = perRegion.reduce((sum, region) => sum + region.stacks, 0);
  if (stacks === 0) failures.push('No stack was found: the name of the environment or the regions are wrong.');
  return {
    summary: `${count(stacks, 'stack')} compared, ${count(drifted, 'resource')} not as deployed.`,
    failures,
    metrics: { DriftedResources: drifted, ComparedStacks: stacks },
  };
}

interface Compared {
  stacks: number;
  drifted: number;
  failures: string[];
}

/** A stack, and a region, that cannot be compared is a failure beside what the others show. */
async function detectInRegion(stacks: Stacks, sleep: DriftResources['sleep'], run: TaskRun): Promise<Compared> {
  const failures: string[] = [];
  const incomparable = (what: string, reason: string) =>
    void failures.push(`${what} in ${stacks.region} could not be compared: ${reason}.`);
  const names = await stacks.list().catch((error: unknown) => {
    incomparable('The stacks', reasonOf(error));
    return [];
  });
  const detections: { stack: string; id: string }[] = [];
  for (const stack of names) {
    await stacks.start(stack).then(
      (id) => detections.push({ stack, id }),
      (error: unknown) => incomparable(stack, reasonOf(error)),
    );
  }

  let drifted = 0;
  for (const { stack, id } of detections) {
    try {
      const problem = await waitFor(stacks, id, sleep, run);
      if (problem) incomparable(stack, problem);
      // Also of a comparison that failed: that of the other resources stands.
      const drifts = (await stacks.drifts(stack)).map(withoutExpected).filter(isDrifted);
      drifted += drifts.length;
      failures.push(...drifts.map((drift) => describe(stack, stacks.region, drift)));
    } catch (error) {
      incomparable(stack, reasonOf(error));
    }
  }
  return { stacks: names.length, drifted, failures };
}

/** The reason why the comparison did not come to an end, or `''`. */
async function waitFor(
  stacks: Stacks,
  detection: string,
  sleep: DriftResources['sleep'],
  run: TaskRun,
): Promise<string> {
  for (;;) {
    const result = await stacks.finished(detection);
    if (result !== null) return result;
    if (timeLeft(run) <= POLL_MS) return 'it did not end in time';
    await sleep(POLL_MS);
  }
}

function withoutExpected(drift: Drift): Drift {
  return { ...drift, differences: drift.differences.filter(({ path }) => !isExpected(drift.type, path)) };
}

function isDrifted({ deleted, differences }: Drift): boolean {
  return deleted || differences.length > 0;
}

function describe(stack: string, region: string, { type, name, deleted, differences }: Drift): string {
  const what = `${stack} in ${region}: ${type} ${name}`;
  if (deleted) return `${what} is gone: deploy the stack again, and find out who deleted it.`;
  const changes = differences.map(
    ({ path, deployed, actual }) => `${path} was deployed as ${shown(deployed)} and is ${shown(actual)}`,
  );
  return `${what} was changed by hand: ${changes.join('; ')}. Put it into lib/, or deploy the stack again.`;
}

function shown(value: string): string {
  return value.length > SHOWN_LENGTH ? `${value.slice(0, SHOWN_LENGTH)}…` : value;
}
