/** Pictures of the customer's site, on a phone: from the choice of services to a taken slot's alternatives and one's own bookings. */
import type { Route } from '@playwright/test';
import { holdAs } from '../customer/support';
import { FIRST_CUSTOMER, SECOND_CUSTOMER } from '../support/site';
import type { Pictures } from './pictures';

const WORDS = {
  'zh-Hant': { next: '選擇時間', as: `以 ${FIRST_CUSTOMER} 繼續`, book: '確定預約', dark: '使用深色', day: '日期' },
  en: {
    next: 'Choose a time',
    as: `Continue as ${FIRST_CUSTOMER}`,
    book: 'Book',
    dark: 'Use dark colours',
    day: 'Day',
  },
};

export const customerPictures: Pictures = {
  window: { viewport: { width: 390, height: 760 }, deviceScaleFactor: 1, isMobile: true, hasTouch: true },
  take: async ({ page, demo, language, shoot }) => {
    const words = WORDS[language];
    const button = (name: string) => page.getByRole('button', { name, exact: true });

    await page.goto(`${demo.baseUrl}/s/${demo.merchantId}`);
    const services = page.getByRole('checkbox');
    await services.nth(0).click();
    await services.nth(4).click();
    await shoot('services');

    await button(words.next).click();
    await page.getByRole('group', { name: words.day }).getByRole('button').nth(5).click();
    const times = page.getByRole('button', { name: /^\d\d:\d\d$/ });
    await times.first().waitFor();
    await shoot('time');

    // Somebody else is quicker: with everybody who is free then.
    const time = (await times.nth(2).textContent()) ?? '';
    const beaten = async (route: Route) => {
      const { startsAt, serviceIds }: { startsAt: string; serviceIds: string[] } = route.request().postDataJSON();
      for (const staffId of demo.staffIds) await holdAs(demo, SECOND_CUSTOMER, { startsAt, serviceIds, staffId });
      await route.continue();
    };
    await page.route('**/bookings', beaten, { times: 1 });
    await button(time).click();
    await button(words.as).click();
    const alternatives = page.getByRole('alert').getByRole('button');
    await alternatives.first().waitFor();
    await shoot('alternatives');

    await alternatives.first().click();
    await page.getByRole('timer').waitFor();
    await shoot('confirm');
    await button(words.book).click();
    await page.waitForURL(/visits/);
    await page.locator('dl').waitFor();
    await shoot('booked');

    await button(words.dark).click();
    await page.goto(`${demo.baseUrl}/s/${demo.merchantId}/visits`);
    await page
      .getByRole('link', { name: /\d\d:\d\d/ })
      .first()
      .waitFor();
    await shoot('bookings-dark');
  },
};
