/** The salon of a rehearsal: many staff who work round the clock, so that every attempt has a slot of its own. */
import type { Client } from 'pg';
import { createTokens } from '../../app/auth/tokens';

export const STAFF = 60;
export const TOKEN_KEY = 'a key for rehearsals, which is long enough to sign with';

export const MERCHANT_ID = '1';
export const SERVICE_ID = '1';

/** Longer than any rehearsal. */
const TOKEN_SECONDS = 24 * 60 * 60;

/** As the superuser. */
export async function createSalon(admin: Client): Promise<void> {
  await admin.query(`
    INSERT INTO merchants (id, name, slot_minutes, horizon_days) VALUES (1, '練習沙龍', 30, 366);
    INSERT INTO services (merchant_id, id, name, duration_minutes, price) VALUES (1, 1, '單色凝膠', 30, 900);
    INSERT INTO staff (merchant_id, id, name) SELECT 1, n, '美甲師' FROM generate_series(1, ${STAFF}) n;
    INSERT INTO staff_services (merchant_id, staff_id, service_id) SELECT 1, id, 1 FROM staff WHERE merchant_id = 1;
    INSERT INTO opening_hours SELECT 1, day, '00:00', '24:00' FROM generate_series(1, 7) day;
    INSERT INTO staff_hours SELECT 1, id, day, '00:00', '24:00' FROM staff, generate_series(1, 7) day WHERE merchant_id = 1;
    INSERT INTO customers (merchant_id, id, line_user_id) VALUES (1, 1, 'U1');`);
}

/** Of its customer. */
export function salonToken(): string {
  return createTokens(TOKEN_KEY).sign({ role: 'customer', userId: '1', merchantId: MERCHANT_ID }, TOKEN_SECONDS);
}
