/** The salon that a page is about. */
import { createContext, use } from 'react';
import type { SalonData } from './use-salon';

export const SalonContext = createContext<SalonData | null>(null);

export function useThisSalon(): SalonData {
  const salon = use(SalonContext);
  if (!salon) throw new Error('useThisSalon is used outside a salon');
  return salon;
}
