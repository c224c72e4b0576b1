/** At which salons this tab's customer has been erased: they are not to be signed in there, as somebody new, unless they ask for it. */

const storageKey = (merchantId: string): string => `nailbook.erased.${merchantId}`;

export const isErasedAt = (merchantId: string): boolean => sessionStorage.getItem(storageKey(merchantId)) !== null;

export const rememberErasure = (merchantId: string): void => sessionStorage.setItem(storageKey(merchantId), 'yes');

export const forgetErasure = (merchantId: string): void => sessionStorage.removeItem(storageKey(merchantId));

/** Of the mutation, by which the session knows that it is under way. */
export const erasureKey = (merchantId: string): readonly string[] => ['erase', merchantId];
