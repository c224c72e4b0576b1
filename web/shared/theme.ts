/** One visual language for the three sites: colours, type and corners, in light and dark. */
import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

/** From the palest to the darkest; white text on the eighth has a contrast of 6 to 1. */
const BERRY: MantineColorsTuple = [
  '#fdf0f4',
  '#f8dde6',
  '#efb6c8',
  '#e68ca9',
  '#de6990',
  '#d95380',
  '#c43c6a',
  '#ab2f59',
  '#92264b',
  '#781d3d',
];

export const theme = createTheme({
  primaryColor: 'berry',
  primaryShade: 7,
  colors: { berry: BERRY },
  // What the device has: Chinese type is too large to be sent.
  fontFamily:
    'system-ui, -apple-system, "Segoe UI", "PingFang TC", "Noto Sans TC", "Noto Sans CJK TC", "Microsoft JhengHei", sans-serif',
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
});

/** Of what cannot be undone; white text on them has a contrast of at least 6 to 1. */
const RED = { '--mantine-color-red-filled': '#b42318', '--mantine-color-red-filled-hover': '#912018' };

/** Mantine's own greys and reds are fainter than the 4.5 to 1 that small text needs (WCAG 2.2, 1.4.3). */
export const contrast: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    ...RED,
    '--mantine-color-body': '#fffdfd',
    '--mantine-color-dimmed': '#5c5560',
    '--mantine-color-error': '#b42318',
    '--mantine-color-placeholder': '#6f6873',
    '--mantine-color-anchor': '#92264b',
  },
  dark: {
    ...RED,
    '--mantine-color-dimmed': '#b9b2bd',
    '--mantine-color-error': '#ff8f85',
    '--mantine-color-placeholder': '#a39ca8',
    '--mantine-color-anchor': '#efb6c8',
  },
});
