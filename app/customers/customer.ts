/** What a customer is, to themselves and to the salon. The LINE user id stays inside: nobody needs it to book or to serve. */
import { type Static, Type } from 'typebox';
import { Id, Instant } from '../http/types';

export const CustomerBody = Type.Object(
  {
    id: Id,
    displayName: Type.String({ description: 'As LINE tells it; empty when it does not, or after erasure' }),
    language: Type.Union([Type.String(), Type.Null()], { description: 'Of messages; null: the salon’s' }),
    reachable: Type.Boolean({ description: 'Whether LINE delivers the salon’s messages to them' }),
    createdAt: Instant,
    erasedAt: Type.Union([Instant, Type.Null()], { description: 'When everything personal about them was removed' }),
  },
  { title: 'Customer' },
);
export type Customer = Static<typeof CustomerBody>;

/** A row as the statements return it. */
export interface CustomerRow {
  id: string;
  display_name: string;
  language: string | null;
  line_reachable: boolean;
  created_at: Date;
  erased_at: Date | null;
}

export function toCustomer(row: CustomerRow): Customer {
  return {
    id: row.id,
    displayName: row.display_name,
    language: row.language,
    reachable: row.line_reachable,
    createdAt: row.created_at.toISOString(),
    erasedAt: row.erased_at?.toISOString() ?? null,
  };
}
