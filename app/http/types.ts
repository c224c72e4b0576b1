/** The value types that every route shares. */
import { Type } from 'typebox';

export const Id = Type.String({
  pattern: '^[1-9][0-9]{0,17}$',
  description: 'Identifier: a positive whole number, as a string',
});

export const Instant = Type.String({
  format: 'date-time',
  description: 'RFC 3339 instant, such as 2026-12-01T15:00:00+08:00',
});

export const MerchantParams = Type.Object({ merchantId: Id });
