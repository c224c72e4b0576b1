import { environment } from '../../../lib/config/environments';
import { ENVIRONMENT_NAMES, parseEnvironment, type EnvironmentName } from '../../../lib/config/schema';
import { estimate, type Estimate } from '../../../lib/cost/estimate';
import { PARTS } from '../../../lib/cost/line';
import { readPriceTable } from '../../../lib/cost/price-table';
import { resourcesOf } from '../../../lib/cost/resources';
import { roleOf } from '../../../lib/cost/synthesise';
import { synthesise } from '../../support/platform';

/** These tests read the templates of the whole platform. */
jest.setTimeout(60_000);

const production = environment('production');
const variants = {
  ...Object.fromEntries(ENVIRONMENT_NAMES.map((name) => [name, environment(name)])),
  // One region, which Aurora in this platform is made for.
  aurora: parseEnvironment({
    ...production,
    database: { ...production.database, engine: 'aurora-postgresql' },
    recovery: { ...production.recovery, secondRegion: undefined },
  }),
};
type Variant = EnvironmentName | 'aurora';

const estimates = new Map<string, Estimate>();

beforeAll(async () => {
  for (const [variant, config] of Object.entries(variants)) {
    const stacks = [...(await synthesise(config)).values()];
    const resources = stacks.flatMap(({ name, region, tags, template }) =>
      resourcesOf(template.toJSON(), { stack: name, region, role: roleOf(tags, name) }),
    );
    estimates.set(variant, estimate(config, resources, readPriceTable()));
  }
});

function estimateOf(variant: Variant): Estimate {
  const found = estimates.get(variant);
  if (!found) throw new Error(`${variant} was not estimated`);
  return found;
}

describe('Everything that the platform is deployed with', () => {
  test.each<Variant>([...ENVIRONMENT_NAMES, 'aurora'])('has a price or a reason for none in %s', (variant) => {
    expect(estimateOf(variant).missing).toEqual([]);
  });
});

describe('An estimate of what is checked in', () => {
  test('has something in every part of production', () => {
    expect(estimateOf('production').parts.map(({ part }) => part)).toEqual(PARTS);
  });

  test('counts what stands in the other regions of production', () => {
    const regions = new Set(estimateOf('production').parts.flatMap(({ lines }) => lines.map(({ region }) => region)));
    expect([...regions].toSorted()).toEqual(['ap-northeast-1', 'eu-west-1', 'us-east-1', 'us-west-2']);
  });

  test('makes staging visibly cheap: less than a third of production, and dev less than staging', () => {
    const [dev = 0, staging = 0, most = 0] = ENVIRONMENT_NAMES.map((name) => estimateOf(name).monthly.expected);
    expect(staging).toBeLessThan(most / 3);
    expect(dev).toBeLessThan(staging);
  });

  test.each<Variant>(ENVIRONMENT_NAMES)(
    'has the expected between the least and the most in every part of %s',
    (variant) => {
      for (const { monthly } of estimateOf(variant).parts) {
        expect(monthly.min).toBeLessThanOrEqual(monthly.expected);
        expect(monthly.expected).toBeLessThanOrEqual(monthly.max);
      }
    },
  );

  test('has the items of Aurora when the configuration asks for it', () => {
    const items = estimateOf('aurora').parts.flatMap(({ lines }) => lines.map(({ item }) => item));
    expect(items).toEqual(expect.arrayContaining(['Aurora storage', 'Aurora reads and writes', 'Aurora backups']));
  });
});
