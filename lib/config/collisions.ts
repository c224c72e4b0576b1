/** What cannot be twice, or at the same time: things that are listed, names in DNS, backups. */
import { SITES } from '../../app/contract/sites';
import type { EnvironmentConfig } from './parts/environment';
import { windowFrom, windowsOverlap } from './windows';

/** Labels under the environment's name that are no site's: the API, Grafana. */
const TAKEN_LABELS = ['api', 'metrics'];

/** The first name of a certificate of ACM has at most so many characters. */
const CERTIFICATE_NAME_LENGTH = 64;

/** AWS Backup begins within an hour, and RDS refuses it in its own windows and in the hour before them. */
const BACKUP_MINUTES = 120;

/** Sentences, as in rules.ts. */
export function collisions(config: EnvironmentConfig): string[] {
  const { zones, network, recovery } = config;
  return [
    ...repeated('zones', zones),
    ...repeated('network.interfaceEndpoints', network.interfaceEndpoints),
    ...repeated('recovery.copyRegions', recovery?.copyRegions ?? []),
    ...repeated('recovery.secondRegion.zones', recovery?.secondRegion?.zones ?? []),
    ...names(config),
    ...backups(config),
  ];
}

function repeated(field: string, values: readonly string[]): string[] {
  return values.flatMap((value, index) =>
    values.indexOf(value) === index ? [] : [`${field}.${index} is "${value}" again: allowed is each once`],
  );
}

function names({ domain, edge: { sites } }: EnvironmentConfig): string[] {
  const problems: string[] = [];
  for (const [index, site] of SITES.entries()) {
    const label = sites[site];
    const other = SITES.slice(0, index).find((each) => sites[each] === label);
    if (other) problems.push(`edge.sites.${site} is "${label}", as edge.sites.${other}: allowed is a label of its own`);
    if (TAKEN_LABELS.includes(label)) {
      problems.push(`edge.sites.${site} is "${label}": allowed is any label but ${TAKEN_LABELS.join(' and ')}`);
    }
  }
  const longest = Math.max(...[...TAKEN_LABELS, ...Object.values(sites)].map(({ length }) => length));
  const most = CERTIFICATE_NAME_LENGTH - longest - '.'.length;
  if (domain.name.length > most) {
    problems.push(
      `domain.name is "${domain.name}": allowed are ${most} characters, so that with a label before it a certificate can have the name (${CERTIFICATE_NAME_LENGTH})`,
    );
  }
  return problems;
}

function backups({ database, recovery }: EnvironmentConfig): string[] {
  if (!recovery) return [];
  const { backupWindow, maintenanceWindow } = database;
  const taken = windowFrom(recovery.backupAt, BACKUP_MINUTES);
  // A window of every day is one of any day.
  if (!windowsOverlap(taken, `Mon:${backupWindow}`) && !windowsOverlap(taken, maintenanceWindow)) return [];
  return [
    `recovery.backupAt is "${recovery.backupAt}": allowed is a time from which 2 hours pass without database.backupWindow (${backupWindow}) or database.maintenanceWindow (${maintenanceWindow})`,
  ];
}
