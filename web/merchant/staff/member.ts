/** One of the salon's staff, as the forms about them are given it. */
import type { Configuration } from '../../shared/api/schema';
import type { Salon } from '../salon';

export type Member = Configuration['staff'][number];

export interface MemberProps {
  salon: Salon;
  member: Member;
}
