/** Texts by keys that the compiler knows: a misspelt one does not build. */
import { useTranslation } from 'react-i18next';
import type { en } from './strings';

/** `status.held` for a text within a group; plurals (`_one`, `_other`) by the name before the underscore. */
export type TextKey<Group, Prefix extends string = ''> = {
  [Name in keyof Group & string]: Group[Name] extends string
    ? `${Prefix}${Name extends `${infer Singular}_one` | `${infer Singular}_other` ? Singular : Name}`
    : TextKey<Group[Name], `${Prefix}${Name}.`>;
}[keyof Group & string];

/** `values` take the places in braces of the text. */
export type Texts<Group> = (key: TextKey<Group>, values?: Record<string, string | number>) => string;

/** The texts of one name space, in the chosen language. */
export function useTextsOf<Group>(namespace: string): Texts<Group> {
  const { t } = useTranslation(namespace);
  return (key, values = {}) => t(key, values);
}

/** Those that every site has. */
export function useSharedTexts(): Texts<typeof en> {
  return useTextsOf('shared');
}
