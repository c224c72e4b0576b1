/** Third step: the slot is held while the customer looks at what they are about to book. */
import type { ReactNode } from 'react';
import { Redirect } from 'wouter';
import { Page } from '../parts/page';
import { useThisSalon } from '../salon/salon-context';
import { SignedIn } from '../session/signed-in';
import { useTexts } from '../texts';
import { useDraft } from './draft';
import { HeldSlot } from './held-slot';

export function ConfirmPage(): ReactNode {
  const t = useTexts();
  const { salon } = useThisSalon();
  const { draft } = useDraft();
  const { slot, serviceIds } = draft;
  if (slot === null) return <Redirect to="/time" replace />;
  return (
    <Page title={t('confirm.title')} heading={salon.name} back="/time">
      <SignedIn>
        <HeldSlot key={slot.key} slot={slot} serviceIds={serviceIds} />
      </SignedIn>
    </Page>
  );
}
