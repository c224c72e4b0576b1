/**
 * The routing: what arrives changes an incident, and what is then due goes to the sender. An incident and its outbox are written together
 * before anything is sent, so that a crash at any point repeats a message at most, and the sender knows repetitions.
 */
import { PART_OF } from '../../../app/contract/alert-routing';
import type { Links } from '../about';
import { due, hear, pageOf, pass, type Incident, type Pending } from '../incident';
import { observe, type Observation } from '../observations';
import { LARGEST_GROUP, PAGER_GRACE_MS, RECEIVERS, type Receiver } from '../policy';
import type { Known, Store } from '../store';

/** One request to a receiver. */
export interface Post {
  receiver: Receiver;
  messages: Pending[];
}

export interface Routing {
  store: Store;
  /** Hands a post to the sender's queue. */
  hand: (post: Post) => Promise<void>;
  links: Links;
  /** Epoch milliseconds. */
  clock: () => number;
}

/** Two runs that change one incident at a time are all that happens; more than this is a fault. */
const MOST_ATTEMPTS = 10;

/** Takes in one message of the queue; rejects when it must be delivered again. */
export async function take(routing: Routing, body: string): Promise<void> {
  const now = routing.clock();
  for (const said of observe(body, now, routing.links)) {
    const name = await incidentOf(routing, said);
    await change(routing, name, (known) => hear(known, inIncident(said, name, known), now));
  }
}

/** The name of the incident that it is about: the one that has heard it before, else the first that is open of its own and those that it is part of. */
async function incidentOf({ store }: Routing, said: Observation): Promise<string> {
  const others = PART_OF[said.name];
  if (said.kind !== 'alarm' || others === undefined) return said.name;
  const read = [said.name, ...others].map(async (name) => (await store.read(name))?.incident);
  const known = (await Promise.all(read)).filter((incident) => incident !== undefined);
  const repeated = known.find(({ sources }) => (sources[said.source]?.at ?? -Infinity) >= said.at);
  const open = known.find(({ resolvedAt }) => resolvedAt === null);
  return (repeated ?? open)?.name ?? said.name;
}

/** What is said as a further source of an incident, which goes on saying what it is about itself. */
function inIncident(said: Observation, name: string, known: Incident | null): Observation {
  if (name === said.name || said.kind !== 'alarm') return said;
  return { ...said, name, about: known?.about ?? said.about };
}

/** Notices what is over and what nobody has answered, and hands on everything that is due. */
export async function look(routing: Routing): Promise<void> {
  for (const { incident } of await routing.store.list()) {
    if (incident.resolvedAt !== null) continue;
    const now = routing.clock();
    const pagerHasIt = await hasPager(routing, incident, now);
    if (pass(incident, now, pagerHasIt) === incident) continue;
    await change(routing, incident.name, (known) => known && pass(known, now, pagerHasIt));
  }
  await handOn(routing);
}

/** What is due goes in groups, one receiver after another, each in the order in which it came about. */
export async function handOn(routing: Routing): Promise<void> {
  const now = routing.clock();
  const open = (await routing.store.list()).filter(({ incident }) => due(incident, now).length > 0);
  for (const receiver of RECEIVERS) {
    const messages = open
      .flatMap(({ incident }) => due(incident, now))
      .filter((message) => message.receiver === receiver)
      .sort((a, b) => a.dueAt - b.dueAt);
    // A page is an incident of its own to the pager.
    const size = receiver === 'pager' ? 1 : LARGEST_GROUP;
    for (let start = 0; start < messages.length; start += size) {
      await routing.hand({ receiver, messages: messages.slice(start, start + size) });
    }
  }
  for (const { incident } of open) {
    const handed = new Set(due(incident, now).map(({ id }) => id));
    await change(
      routing,
      incident.name,
      (known) => known && { ...known, outbox: known.outbox.filter(({ id }) => !handed.has(id)) },
    );
  }
}

/** The pager calls one after another by itself, if there is one and it has taken the page. */
async function hasPager({ store }: Routing, incident: Incident, now: number): Promise<boolean> {
  if (!incident.told.includes('pager')) return false;
  const outcome = await store.sent(pageOf(incident));
  return outcome === 'sent' || (outcome === null && now - incident.openedAt < PAGER_GRACE_MS);
}

async function change(
  { store, clock }: Routing,
  name: string,
  step: (known: Incident | null) => Incident | null,
): Promise<void> {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    const known: Known | null = await store.read(name);
    const next = step(known?.incident ?? null);
    if (next === null || next === known?.incident) return;
    if (await store.write(next, known?.version ?? 0, clock())) return;
  }
  throw new Error(`${name} was changed by others ${MOST_ATTEMPTS} times in a row`);
}
