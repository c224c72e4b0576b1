/** What a restore goes back to, and what it will do. */

/** What a restore does, in the order in which it is done. */
export interface RestoreStep {
  title: string;
  /** Returns what came of it. */
  run: () => Promise<string>;
}

export interface RestorePlan {
  /** What is restored, and to what. */
  title: string;
  steps: RestoreStep[];
  /** What a person has to know before, in sentences. */
  warnings: string[];
  /** What is to be done by hand afterwards, in sentences. */
  afterwards: string[];
}

/** A backup remembers whoever has asked to be forgotten since. */
export const ERASE_AGAIN =
  'Customers who were erased since are there again: erase them once more; the audit log of the database that is kept names them (customer.erased).';

/** A moment, or the name of a backup. */
export type RestorePoint = { time: Date } | { backup: string };
