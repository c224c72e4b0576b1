/** Estimates as a file, so that a pipeline can compare two commits: made at one, read at the other. */
import { z } from 'zod';
import { ENVIRONMENT_NAMES } from '../config/schema';
import type { Estimate } from './estimate';
import { PARTS } from './line';

/** What `nailbook cost --json` prints. */
export interface SavedEstimates {
  /** Grows when a reader of the old form would misunderstand the new one. */
  format: 1;
  currency: 'USD';
  per: 'month';
  environments: Estimate[];
}

export function save(environments: Estimate[]): SavedEstimates {
  return { format: 1, currency: 'USD', per: 'month', environments };
}

const range = z.object({ min: z.number(), expected: z.number(), max: z.number() });
const part = z.enum(PARTS);
const line = z.object({
  part,
  item: z.string(),
  region: z.string(),
  quantity: range,
  unit: z.string(),
  price: z.number(),
  from: z.enum(['list', 'hand']),
  monthly: range,
});
const saved = z.object({
  format: z.literal(1),
  currency: z.literal('USD'),
  per: z.literal('month'),
  environments: z.array(
    z.object({
      environment: z.enum(ENVIRONMENT_NAMES),
      region: z.string(),
      pricesOf: z.string(),
      monthly: range,
      parts: z.array(z.object({ part, monthly: range, lines: z.array(line) })),
      missing: z.array(z.string()),
    }),
  ),
});

/** Reads what `save` made. Throws an Error that names the first field that is not as it should be. */
export function parseSaved(text: string): SavedEstimates {
  const { data, error } = saved.safeParse(JSON.parse(text));
  if (data) return data;
  const [issue] = error.issues;
  throw new Error(
    `${issue?.path.join('.') || 'the whole'} is not what "nailbook cost --json" prints: ${issue?.message}`,
  );
}
