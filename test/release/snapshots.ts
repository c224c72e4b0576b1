/** RDS's snapshots, as far as a release takes one: by name, and ready after a while. */
import {
  DBSnapshotAlreadyExistsFault,
  DBSnapshotNotFoundFault,
  type CreateDBSnapshotCommandInput,
  type DescribeDBSnapshotsCommandInput,
} from '@aws-sdk/client-rds';
import type { Answers } from './aws';
import { MINUTE, type Clock } from './clock';

const TAKES_MS = 2 * MINUTE;

/** `taken`: when each was begun, by its name. */
export function snapshotAnswers(clock: Clock, taken: Map<string, number>): Answers {
  return {
    CreateDBSnapshot: ({ DBSnapshotIdentifier: name = '' }: CreateDBSnapshotCommandInput) => {
      if (taken.has(name)) throw new DBSnapshotAlreadyExistsFault({ message: `${name} exists`, $metadata: {} });
      taken.set(name, clock.now());
      return { DBSnapshot: { DBSnapshotIdentifier: name, Status: 'creating' } };
    },
    DescribeDBSnapshots: ({ DBSnapshotIdentifier: name = '' }: DescribeDBSnapshotsCommandInput) => {
      const begun = taken.get(name);
      if (begun === undefined) throw new DBSnapshotNotFoundFault({ message: `${name} not found`, $metadata: {} });
      const percent = Math.min(100, Math.floor(((clock.now() - begun) / TAKES_MS) * 100));
      const Status = percent === 100 ? 'available' : 'creating';
      return { DBSnapshots: [{ DBSnapshotIdentifier: name, Status, PercentProgress: percent }] };
    },
  };
}
