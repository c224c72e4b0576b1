/** What a customer does, step by step, in words of the page. */
import type { Page } from '@playwright/test';
import { expect } from '../support/site';

/** Of the demo salon; all staff but one do it. */
export const SERVICE = '單色凝膠美甲';
export const SECOND_SERVICE = '凝膠卸甲';

export async function openSalon(page: Page, baseUrl: string, merchantId: string): Promise<void> {
  await page.goto(`${baseUrl}/s/${merchantId}`);
  await expect(page.getByRole('heading', { name: '想做哪些項目?' })).toBeVisible();
}

/** Chooses services and goes to the choice of times, on the `day`-th day from today. */
export async function chooseServices(page: Page, services: readonly string[], day: number): Promise<void> {
  for (const name of services) await page.getByRole('checkbox', { name }).click();
  await page.getByRole('button', { name: '選擇時間' }).click();
  await expect(page.getByRole('heading', { name: '想約什麼時間?' })).toBeVisible();
  await page.getByRole('group', { name: '日期' }).getByRole('button').nth(day).click();
}

/** Signs in where the page asks for it. */
export async function signInAs(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: `以 ${name} 繼續` }).click();
}

export const start = (page: Page, time: string) => page.getByRole('button', { name: time, exact: true });
