/** The audit log: who changed what, written in the transaction of the change itself. */
import type { PoolClient } from 'pg';
import type { Identity } from '../auth/tokens';

export interface AuditEntry {
  merchantId: string;
  identity: Identity;
  requestId: string;
  /** Subject and verb, such as `booking.rescheduled`. */
  action: string;
  subjectId: string;
  /** Only what differs, and never personal data. */
  before?: Record<string, unknown>;
  after?: Record<string, unknown>;
}

const RECORD = {
  name: 'record-audit',
  text: `INSERT INTO audit_log (merchant_id, actor_role, actor_id, action, subject_id, before, after, request_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
};

export async function recordAudit(client: PoolClient, entry: AuditEntry): Promise<void> {
  const { merchantId, identity, action, subjectId, before = null, after = null, requestId } = entry;
  await client.query({
    ...RECORD,
    values: [merchantId, identity.role, identity.userId, action, subjectId, before, after, requestId],
  });
}
