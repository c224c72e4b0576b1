/** Writes what scripts and the printed commands need: `.local/demo.json` and the headers of a signed-in customer. */
import { rmSync } from 'node:fs';
import { createTokens } from '../../app/auth/tokens';
import type { DemoAccounts } from './demo-accounts';
import type { DemoSalon } from './demo-salon';
import { PATHS } from './paths';
import { writePrivately } from './write-privately';

/** Tokens of the demo last this long; every start makes new ones. */
const LIFETIME_SECONDS = 30 * 24 * 60 * 60;

/** Taken away while the platform is not ready, so that a script that waits for the file waits for the platform. */
export function removeDemoFiles(): void {
  for (const file of [PATHS.demo, PATHS.customerHeaders]) rmSync(file, { force: true });
}

export interface DemoFacts {
  baseUrl: string;
  lineUrl: string;
  salon: DemoSalon;
  accounts: DemoAccounts;
}

export function writeDemoFiles({ baseUrl, lineUrl, salon, accounts }: DemoFacts, tokenKey: string): void {
  const { merchantId, staffIds, serviceIds, customerId } = salon;
  const tokens = createTokens(tokenKey);
  const customerToken = tokens.sign({ role: 'customer', userId: customerId, merchantId }, LIFETIME_SECONDS);
  const merchantToken = tokens.sign({ role: 'merchant', userId: 'demo-salon-manager', merchantId }, LIFETIME_SECONDS);
  const adminToken = tokens.sign({ role: 'admin', userId: 'demo-platform-admin', merchantId: null }, LIFETIME_SECONDS);
  const ids = { merchantId, staffIds, serviceIds };
  const demo = { baseUrl, lineUrl, ...ids, customerToken, merchantToken, adminToken, accounts };
  writePrivately(PATHS.customerHeaders, `Authorization: Bearer ${customerToken}\nContent-Type: application/json\n`);
  writePrivately(PATHS.demo, `${JSON.stringify(demo, null, 2)}\n`);
}
