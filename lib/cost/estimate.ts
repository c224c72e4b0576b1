/** What an environment costs a month, from its own templates, the price table and the assumptions. */
import type { EnvironmentConfig } from '../config/schema';
import type { RegionRole } from '../platform-stack';
import { LEFT_OUT } from './free';
import { groupBy } from './group';
import { PARTS, type Context, type Line, type Part, type Pricer } from './line';
import { api } from './parts/api';
import { balancers } from './parts/load-balancer';
import { cache } from './parts/cache';
import { database } from './parts/database';
import { files } from './parts/files';
import { hosts } from './parts/hosts';
import { network } from './parts/network';
import { observability } from './parts/observability';
import { recovery } from './parts/recovery';
import { security } from './parts/security';
import { tasks } from './parts/tasks';
import type { PriceTable } from './price-table';
import { sum, type Range } from './range';
import { UnknownCost, type Resource } from './resources';
import { usageOf, type KnownUsage } from './usage';

const PRICERS: Readonly<Record<string, Pricer>> = {
  ...network,
  ...balancers,
  ...api,
  ...database,
  ...cache,
  ...files,
  ...recovery,
  ...security,
  ...observability,
  ...hosts,
  ...tasks,
};

export interface PartEstimate {
  part: Part;
  /** USD a month. */
  monthly: Range;
  lines: Line[];
}

export interface Estimate {
  environment: EnvironmentConfig['name'];
  /** The environment's own; lines elsewhere say where. */
  region: string;
  /** Day of the price table. */
  pricesOf: string;
  /** USD a month. */
  monthly: Range;
  parts: PartEstimate[];
  /** What the estimate lacks, one sentence a kind of resource; a complete one lacks nothing. */
  missing: string[];
}

/** Throws a MissingPrice when the table lacks a price. */
export function estimate(
  config: EnvironmentConfig,
  resources: readonly Resource[],
  table: PriceTable,
  known: KnownUsage = {},
): Estimate {
  const lines: Line[] = [];
  const missing = new Set<string>();
  for (const [role, beside] of groupBy(resources, (resource) => resource.role)) {
    const context: Context = { config, table, beside, usage: usageOf(config.name, known, trafficShare(config, role)) };
    for (const resource of beside) {
      const pricer = PRICERS[resource.type];
      if (!pricer && LEFT_OUT[resource.type] === undefined) {
        missing.add(`${resource.type} has neither a price in lib/cost/parts nor a reason for none in lib/cost/free.ts`);
      }
      try {
        lines.push(...(pricer?.(resource, context) ?? []));
      } catch (error) {
        if (!(error instanceof UnknownCost)) throw error;
        missing.add(error.message);
      }
    }
  }
  const parts = PARTS.map((part) => partOf(part, lines)).filter((each) => each.lines.length > 0);
  return {
    environment: config.name,
    region: config.region,
    pricesOf: table.date,
    monthly: sum(parts.map(({ monthly }) => monthly)),
    parts,
    missing: [...missing],
  };
}

/** The part of the traffic that a region takes; a region on standby takes none. */
function trafficShare({ recovery }: EnvironmentConfig, role: RegionRole): number {
  const second = recovery?.secondRegion;
  const elsewhere = second?.role === 'active' ? (second.weightPercent ?? 0) / 100 : 0;
  return { first: 1 - elsewhere, standby: 0, active: elsewhere }[role];
}

function partOf(part: Part, lines: readonly Line[]): PartEstimate {
  const merged = merge(lines.filter((line) => line.part === part));
  return { part, monthly: sum(merged.map(({ monthly }) => monthly)), lines: merged };
}

/** Lines for the same thing in the same region become one; lines that cannot cost anything go; the dearest comes first. */
function merge(lines: readonly Line[]): Line[] {
  const groups = groupBy(lines, ({ item, region }) => JSON.stringify([region, item]));
  return [...groups.values()]
    .map(([first, ...others]) => addUp(first, others))
    .filter((line) => line !== undefined)
    .filter(({ monthly }) => monthly.max > 0)
    .toSorted((a, b) => b.monthly.expected - a.monthly.expected || b.monthly.max - a.monthly.max);
}

function addUp(first: Line | undefined, others: readonly Line[]): Line | undefined {
  return (
    first && {
      ...first,
      quantity: sum([first, ...others].map(({ quantity }) => quantity)),
      monthly: sum([first, ...others].map(({ monthly }) => monthly)),
    }
  );
}
