/** The worker that keeps the slots of a test's API, round by round. */
import pino from 'pino';
import { readCatalogue } from '../../app/merchants/read-catalogue';
import { SlotKeeper } from '../../app/waiting-list/slot-keeper';
import type { TestApi } from './api';

/** Each one a process of its own as far as the others can tell. */
export function slotKeeperOf({ pool, clock }: TestApi): SlotKeeper {
  const catalogues = { get: (merchantId: string) => readCatalogue(pool, merchantId, clock.now) };
  return new SlotKeeper({ primary: pool, clock: () => clock.now, catalogues }, pino({ level: 'silent' }));
}
