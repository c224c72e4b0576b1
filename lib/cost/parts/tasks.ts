/** What programs beside the API cost: Lambda functions. */
import { charge, type Pricer } from '../line';
import { calculate } from '../range';
import { numberOf } from '../resources';

/** Memory that Lambda gives when none is stated, in MB. */
const DEFAULT_MB = 128;

const lambda: Pricer = (code, context) => {
  const { functionRunsPerMonth, functionSeconds } = context.usage;
  const gb = (code.properties['MemorySize'] === undefined ? DEFAULT_MB : numberOf(code, 'MemorySize')) / 1024;
  const quantity = calculate([functionRunsPerMonth, functionSeconds], (runs, seconds) => runs * seconds * gb);
  return [charge(code, context, { part: 'Tasks', product: 'function.second', quantity })];
};

export const tasks: Record<string, Pricer> = { 'AWS::Lambda::Function': lambda };
