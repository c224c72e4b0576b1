/** What the customer has chosen so far at a salon. It outlives a lost network, a page loaded anew and the way to LINE and back. */
import { createContext, use, useCallback, useState } from 'react';

export interface Draft {
  /** In the order in which they are done. */
  serviceIds: string[];
  /** `null`: anyone. */
  staffId: string | null;
  /** Local date of the salon; `null` until one was looked at. */
  date: string | null;
  slot: ChosenSlot | null;
}

export interface ChosenSlot {
  startsAt: string;
  /** `null`: the API chooses among those who are free. */
  staffId: string | null;
  /** Idempotency-Key of the hold on it: the same for each repetition of the same wish. */
  key: string;
}

const EMPTY: Draft = { serviceIds: [], staffId: null, date: null, slot: null };

const storageKey = (merchantId: string): string => `nailbook.draft.${merchantId}`;

function readDraft(merchantId: string): Draft {
  const stored = sessionStorage.getItem(storageKey(merchantId));
  if (stored === null) return EMPTY;
  // A draft that an older version of the site wrote may lack members.
  const draft: Partial<Draft> = JSON.parse(stored);
  return { ...EMPTY, ...draft };
}

export interface DraftState {
  draft: Draft;
  change: (changes: Partial<Draft>) => void;
  clear: () => void;
}

export function useStoredDraft(merchantId: string): DraftState {
  const [draft, setDraft] = useState(() => readDraft(merchantId));
  const change = useCallback(
    (changes: Partial<Draft>) =>
      setDraft((before) => {
        const after = { ...before, ...changes };
        sessionStorage.setItem(storageKey(merchantId), JSON.stringify(after));
        return after;
      }),
    [merchantId],
  );
  const clear = useCallback(() => change(EMPTY), [change]);
  return { draft, change, clear };
}

export const DraftContext = createContext<DraftState | null>(null);

export function useDraft(): DraftState {
  const state = use(DraftContext);
  if (!state) throw new Error('useDraft is used outside a salon');
  return state;
}

export function newSlot(startsAt: string, staffId: string | null): ChosenSlot {
  return { startsAt, staffId, key: newKey() };
}

/** 128 random bits. `crypto.randomUUID` is missing where a page is not served over HTTPS, as from a laptop to a phone. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
