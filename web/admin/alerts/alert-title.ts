/** What an alert is called in the reader's language; one that this site does not know keeps its name. */
import { en } from '../strings';
import { useTexts } from '../texts';

export function useAlertTitle(): (name: string) => string {
  const t = useTexts();
  return (name) => (isKnown(name) ? t(`alertNames.${name}`) : name);
}

function isKnown(name: string): name is keyof typeof en.alertNames {
  return Object.hasOwn(en.alertNames, name);
}
