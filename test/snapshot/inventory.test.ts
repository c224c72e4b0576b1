/** What stands in each stack of each environment, by type and logical id: a change that adds, removes or replaces shows here. */
import { ENVIRONMENT_NAMES } from '../../lib/config/schema';
import { environment } from '../../lib/config/environments';
import { synthesise } from '../support/platform';

test.each(ENVIRONMENT_NAMES)('%s', async (name) => {
  const stacks = await synthesise(environment(name));
  const inventory = [...stacks.values()].map(({ id, region, resources }) => {
    const lines = Object.entries(resources).map(([logicalId, { Type, DeletionPolicy }]) =>
      [Type, logicalId, DeletionPolicy ?? ''].join(' ').trim(),
    );
    return [`${id} (${region})`, ...lines.toSorted((a, b) => (a < b ? -1 : 1)).map((line) => `  ${line}`)].join('\n');
  });
  expect(`\n${inventory.join('\n\n')}\n`).toMatchSnapshot();
});
