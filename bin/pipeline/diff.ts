/** Reads what `cdk diff` prints: which stacks change, and what of them would be lost. */

export const LOSSES = ['destroy', 'replace', 'may be replaced', 'orphan'] as const;
export type LossKind = (typeof LOSSES)[number];

export interface Loss {
  kind: LossKind;
  stack: string;
  type: string;
  /** Path of the construct, as CDK prints it. */
  path: string;
}

export interface Diff {
  /** Stacks that change. */
  stacks: string[];
  losses: Loss[];
}

/** Hold neither data nor a name that anybody else knows: made anew they are as they were. */
const MADE_ANEW_WITHOUT_HARM: ReadonlySet<string> = new Set([
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::CompositeAlarm',
  'AWS::EC2::SecurityGroupEgress',
  'AWS::EC2::SecurityGroupIngress',
  'AWS::ECS::TaskDefinition', // every release has a new one
  'AWS::IAM::Policy',
  'AWS::Lambda::Permission',
  'AWS::Lambda::Version',
  'AWS::Logs::MetricFilter',
]);

const LOSS = new RegExp(String.raw`^\[[-~]\] (\S+::\S+) (\S+) .*?(${LOSSES.join('|')})(?: \(OR .*)?$`);

/** Throws an Error when the text is not a complete answer of `cdk diff`. */
export function parseDiff(text: string): Diff {
  if (!/Number of stacks with differences: \d+/.test(text)) {
    throw new Error(`cdk diff did not come to its end: ${text.trim().split('\n').slice(-3).join(' ')}`);
  }
  const stacks: string[] = [];
  const losses: Loss[] = [];
  let stack = '';
  let changes = false;
  for (const line of text.split('\n')) {
    const [, name] = /^Stack (\S+)/.exec(line) ?? [];
    if (name !== undefined) {
      stack = name;
      changes = false;
    }
    if (!/^\[[-+~]\] /.test(line)) continue;
    if (!changes) stacks.push(stack);
    changes = true;
    // `[~] AWS::RDS::DBInstance data/Postgresql/Instance PostgresqlInstanceCDADDB0F replace`
    const [, type = '', path = '', impact] = LOSS.exec(line) ?? [];
    const kind = LOSSES.find((each) => each === impact);
    if (kind) losses.push({ kind, stack, type, path });
  }
  return { stacks, losses };
}

/** Somebody has to say that this is meant. */
export function isDestructive({ kind, type }: Loss): boolean {
  return kind !== 'orphan' && !MADE_ANEW_WITHOUT_HARM.has(type);
}
