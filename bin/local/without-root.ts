/** Runs PostgreSQL, which refuses to run as root, when this process is root. */
import { spawnSync } from 'node:child_process';
import { chownSync, lchownSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** How a program is started: its command line is put behind `prefix`; `uid` owns what it writes. */
export interface Launch {
  prefix: string[];
  uid: number;
  gid: number;
}

interface Account {
  name: string;
  uid: number;
  gid: number;
}

/**
 * Both ways keep root's access to files, so that the repository and its data may lie in a folder only root can read (`/root`).
 *
 * `namespace`: a user namespace in which root has another number. Containers commonly refuse it.
 * `capability`: another uid that keeps the right to pass file permissions (CAP_DAC_OVERRIDE), which containers' root has;
 * `no_setuid_fixup` lets access(2) honour it, which PostgreSQL calls on its own programs.
 */
const WAYS: Record<'namespace' | 'capability', (account: Account) => Launch> = {
  namespace: ({ uid, gid }) => ({
    prefix: ['unshare', '--user', `--map-user=${uid}`, `--map-group=${gid}`, '--'],
    uid: 0,
    gid: 0,
  }),
  capability: ({ uid, gid }) => ({
    prefix: [
      'setpriv',
      `--reuid=${uid}`,
      `--regid=${gid}`,
      '--clear-groups',
      '--inh-caps=+dac_override',
      '--ambient-caps=+dac_override',
      '--securebits=+no_setuid_fixup',
      '--',
    ],
    uid,
    gid,
  }),
};

export type WayWithoutRoot = keyof typeof WAYS;

/**
 * The way to start `program` (any harmless one) that works on this machine for this user; the first of `ways` that does, for root.
 * Throws an Error with the remedy when none does.
 */
export function findLaunch(
  program: string,
  ways: WayWithoutRoot[] = ['namespace', 'capability'],
  uid = process.getuid?.() ?? 0,
): Launch {
  if (uid !== 0) return { prefix: [], uid, gid: process.getgid?.() ?? uid };

  const account = unprivilegedAccount(readFileSync('/etc/passwd', 'utf8'));
  const refusals: string[] = [];
  for (const way of ways) {
    const launch = WAYS[way](account);
    const [command = '', ...prefixArguments] = launch.prefix;
    const trial = spawnSync(command, [...prefixArguments, program, '--version'], { encoding: 'utf8' });
    if (trial.status === 0) return launch;
    refusals.push(`${command}: ${trial.error?.message ?? trial.stderr.trim()}`);
  }
  throw new Error(
    'PostgreSQL refuses to run as root, and this machine allows no way around it ' +
      `(${refusals.join('; ')}). Start it as an ordinary user, for example: su -s /bin/sh -c 'npm start' ${account.name}`,
  );
}

/** `nobody` if the machine has it, else the first account that is not root: initdb wants its own user to have a name. */
function unprivilegedAccount(passwd: string): Account {
  const accounts = passwd
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
    .filter(({ uid, gid }) => uid > 0 && gid > 0);
  return accounts.find(({ name }) => name === 'nobody') ?? accounts[0] ?? { name: 'nobody', uid: 65534, gid: 65534 };
}

/** Hands a folder and all in it to the launch's user if it belongs to another, as after a start in the other way. Root only. */
export function giveTo(launch: Launch, folder: string): void {
  if (launch.prefix.length === 0 || lstatSync(folder).uid === launch.uid) return;
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) lchownSync(join(entry.parentPath, entry.name), launch.uid, launch.gid);
  chownSync(folder, launch.uid, launch.gid);
}
