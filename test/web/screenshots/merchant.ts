/** Pictures of the merchant's site on a desktop: the day, the calendar, a move that is refused, and what is set up. */
import type { Page } from '@playwright/test';
import { customerToken } from '../customer/support';
import { type Demo } from '../support/local-platform';
import { FIRST_CUSTOMER, SECOND_CUSTOMER } from '../support/site';
import { ask, salonDay } from '../support/staff';
import type { Pictures } from './pictures';

const WORDS = {
  'zh-Hant': {
    signIn: '登入',
    signOut: '登出',
    dark: '使用深色',
    ask: '查詢原因',
    time: '時間',
    moved: '這個時間不行',
  },
  en: {
    signIn: 'Sign in',
    signOut: 'Sign out',
    dark: 'Use dark colours',
    ask: 'Why?',
    time: 'Time',
    moved: 'Not at this time',
  },
};

/** By time: which of the staff, which service, and whether for the first customer. */
const VISITS: [time: string, staff: number, service: number, first: boolean][] = [
  ['10:00', 0, 0, true],
  ['14:30', 0, 2, false],
  ['17:00', 0, 1, true],
  ['10:30', 1, 2, false],
  ['15:00', 1, 0, true],
  ['12:00', 2, 2, false],
  ['16:30', 2, 4, true],
  ['13:00', 3, 5, true],
  ['17:30', 3, 1, false],
];

/** The next Friday, when all four work. */
function friday(): string {
  for (let days = 1; ; days++) if (new Date(salonDay(days)).getUTCDay() === 5) return salonDay(days);
}

/** Fills the day, unless the pictures in the other language have. */
async function fill(demo: Demo, day: string): Promise<void> {
  const range = `/bookings?from=${day}T00:00:00%2B08:00&to=${day}T23:59:00%2B08:00`;
  if ((await ask<{ bookings: unknown[] }>(demo, range)).bookings.length > 0) return;
  // Who signs in is known to the salon from then on.
  await customerToken(demo, SECOND_CUSTOMER);
  const { customers } = await ask<{ customers: { id: string; displayName: string }[] }>(demo, '/customers');
  const idOf = (name: string) => customers.find(({ displayName }) => displayName === name)?.id;
  for (const [time, staff, service, first] of VISITS) {
    await ask(demo, '/bookings', {
      customerId: idOf(first ? FIRST_CUSTOMER : SECOND_CUSTOMER),
      serviceIds: [demo.serviceIds[service]],
      staffId: demo.staffIds[staff],
      startsAt: `${day}T${time}:00+08:00`,
    });
  }
}

async function dragOntoNext(page: Page): Promise<void> {
  const early = await page.getByRole('button', { name: /^10:00/ }).boundingBox();
  const late = await page.getByRole('button', { name: /^14:30/ }).boundingBox();
  if (!early || !late) throw new Error('The bookings are not in the calendar');
  await page.mouse.move(early.x + 10, early.y + 40);
  await page.mouse.down();
  await page.mouse.move(late.x, late.y + 40, { steps: 5 });
  await page.mouse.move(late.x + 10, late.y + 40, { steps: 5 });
  await page.mouse.up();
}

export const merchantPictures: Pictures = {
  window: { viewport: { width: 1280, height: 760 } },
  take: async ({ page, demo, language, shoot }) => {
    const words = WORDS[language];
    const button = (name: string) => page.getByRole('button', { name, exact: true });
    const open = async (path: string) => {
      await page.goto(`${demo.baseUrl}/merchant${path}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
    };
    const day = friday();
    await fill(demo, day);
    await page.clock.setFixedTime(`${day}T11:40:00+08:00`);

    await page.goto(`${demo.baseUrl}/merchant`);
    await button(words.signIn).waitFor();
    await shoot('sign-in');
    await page.getByRole('textbox').first().fill(demo.accounts.salonLogin);
    await page.locator('input[type=password]').fill(demo.accounts.password);
    await button(words.signIn).click();
    await button(words.signOut).waitFor();
    await page.getByRole('row').nth(1).waitFor();
    await shoot('today');

    await open('/calendar');
    await page.getByRole('button', { name: /^14:30/ }).waitFor();
    await shoot('calendar');
    await dragOntoNext(page);
    await page.getByText(words.moved).waitFor();
    await shoot('refused');

    await open('/why');
    await page.getByLabel(words.time).fill('15:00');
    await button(words.ask).click();
    await page.getByRole('alert').getByText('黃詩涵').waitFor();
    await shoot('why');
    await open('/settings');
    await shoot('settings');
    await open('/staff');
    await shoot('staff');
    await open('/notifications');
    await page.getByRole('row').nth(1).waitFor();
    await shoot('notifications');

    const window = page.viewportSize();
    await page.setViewportSize({ width: 390, height: 760 });
    await open('');
    await page.getByRole('row').nth(1).waitFor();
    await shoot('today-phone');
    if (window) await page.setViewportSize(window);

    await button(words.dark).click();
    await open('/calendar?view=week');
    await page.getByRole('button', { name: /^14:30/ }).waitFor();
    await shoot('week-dark');
  },
};
