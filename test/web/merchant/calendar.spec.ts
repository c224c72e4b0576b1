import type { Locator, Page } from '@playwright/test';
import type { Demo } from '../support/local-platform';
import { expect, expectAccessible, test } from '../support/site';
import { ask, book, type Booking, bookingsOf, CUSTOMER, freeDay, MEMBER, SERVICE, signIn } from '../support/staff';

const event = (page: Page, time: string): Locator =>
  page.getByRole('button', { name: new RegExp(`^${time} ?${CUSTOMER}`) });

async function openDay(page: Page, { baseUrl }: Demo, day: string): Promise<void> {
  await page.goto(`${baseUrl}/merchant/calendar?date=${day}`);
  await expect(page.getByText(MEMBER)).toBeVisible();
}

/** Where a booking's left edge is, and would be at another time: the salon's slots of half an hour are 46 pixels wide. */
const HALF_HOUR_PX = 46;

/** Drags by the mouse, as people do: from inside the event, by so many pixels. */
async function drag(page: Page, what: Locator, byX: number, byY = 0): Promise<void> {
  const box = await what.boundingBox();
  if (!box) throw new Error('Nothing to drag');
  const [x, y] = [box.x + 10, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + byX / 2, y + byY / 2, { steps: 5 });
  await page.mouse.move(x + byX, y + byY, { steps: 5 });
  await page.mouse.up();
}

const read = (demo: Demo, { id }: Booking) => ask<Booking>(demo, `/bookings/${id}`);

test('A booking that is dragged onto another is refused with the reason, goes back, and may be moved to what is free', async ({
  page,
  demo,
}) => {
  const day = await freeDay(demo);
  const early = await book(demo, day, '10:00');
  await book(demo, day, '15:00');
  await signIn(page, demo, 'merchant');
  await openDay(page, demo, day);
  const before = await event(page, '10:00').boundingBox();
  await drag(page, event(page, '10:00'), 10 * HALF_HOUR_PX);

  const drawer = page.getByRole('dialog');
  await expect(drawer.getByText('這個時段已被預約。')).toBeVisible();
  await expect(drawer.getByText(/美甲師在這段時間已有安排：.* 15:00 至 .* 16:10/)).toBeVisible();
  expect(await event(page, '10:00').boundingBox()).toEqual(before);
  expect(await read(demo, early)).toMatchObject({ startsAt: early.startsAt });
  await expectAccessible(page);

  await drawer
    .getByRole('button', { name: new RegExp(`14:00 ?${MEMBER}|16:30 ?${MEMBER}|11:\\d0 ?${MEMBER}`) })
    .first()
    .click();
  await expect(page.getByText('已改期。')).toBeVisible();
  expect((await read(demo, early)).startsAt).not.toBe(early.startsAt);
});

test('A booking that is dragged to a free time is moved there, also to somebody else', async ({ page, demo }) => {
  // A Friday, when the first three work.
  const day = await freeDay(demo, 5);
  const booking = await book(demo, day, '11:00');
  await signIn(page, demo, 'merchant');
  await openDay(page, demo, day);
  await drag(page, event(page, '11:00'), 7 * HALF_HOUR_PX);
  await expect(page.getByText('已改期。')).toBeVisible();
  await expect(event(page, '14:30')).toBeVisible();
  expect(await read(demo, booking)).toMatchObject({ startsAt: `${day}T06:30:00.000Z`, staffId: demo.staffIds[0] });

  const row = await page.getByText('陳怡君').boundingBox();
  const box = await event(page, '14:30').boundingBox();
  if (!row || !box) throw new Error('The rows are not there');
  await drag(page, event(page, '14:30'), 0, row.y - box.y);
  await expect.poll(async () => (await read(demo, booking)).staffId).toBe(demo.staffIds[1]);
});

test('Without a mouse a booking is opened and moved by the keyboard', async ({ page, demo }) => {
  const day = await freeDay(demo);
  const booking = await book(demo, day, '10:00');
  await signIn(page, demo, 'merchant');
  await openDay(page, demo, day);
  await event(page, '10:00').focus();
  await page.keyboard.press('Enter');
  const drawer = page.getByRole('dialog');
  await expect(drawer.getByText(SERVICE)).toBeVisible();
  await drawer.getByLabel('時間').fill('17:00');
  await page.keyboard.press('Enter');
  await expect(page.getByText('已改期。')).toBeVisible();
  expect(await read(demo, booking)).toMatchObject({ startsAt: `${day}T09:00:00.000Z` });
});

test('A slot is clicked and booked; where it overlaps it can be squeezed in with a reason', async ({ page, demo }) => {
  const day = await freeDay(demo);
  await book(demo, day, '15:00');
  await signIn(page, demo, 'merchant');
  await openDay(page, demo, day);
  await page
    .getByRole('button', { name: new RegExp(`新增預約於.*15:00|15:00.*新增預約於`) })
    .first()
    .focus();
  await page.keyboard.press('Enter');
  const drawer = page.getByRole('dialog');
  await drawer.getByLabel('時間').fill('15:30');
  await drawer.getByRole('combobox', { name: '顧客' }).click();
  await page.getByRole('option', { name: CUSTOMER }).click();
  await drawer.getByRole('combobox', { name: '服務項目' }).focus();
  await page.keyboard.press('ArrowDown');
  await page.getByRole('option', { name: new RegExp(SERVICE) }).click();
  await page.keyboard.press('Escape');
  await expectAccessible(page);
  await drawer.getByRole('button', { name: '預約', exact: true }).click();
  await expect(drawer.getByText('這個時段已被預約。')).toBeVisible();
  await drawer.getByLabel('仍要加塞的理由').fill('老客戶趕時間');
  await drawer.getByRole('button', { name: '加塞' }).click();
  await expect(page.getByText('預約成功。')).toBeVisible();
  const { bookings } = await ask<{ bookings: Booking[] }>(demo, bookingsOf(day));
  expect(bookings.map(({ squeezedIn }) => squeezedIn)).toEqual([false, true]);
});

test('Without choosing a time in the calendar a booking is begun by a button, on the day that is looked at', async ({
  page,
  demo,
}) => {
  const day = await freeDay(demo);
  await signIn(page, demo, 'merchant');
  await openDay(page, demo, day);
  await page.getByRole('button', { name: '新增預約', exact: true }).click();
  const drawer = page.getByRole('dialog');
  await expect(drawer.getByLabel('日期')).toHaveValue(day);
  await expect(drawer.getByLabel('時間')).toHaveValue('10:00');
});

test('A booking is cancelled only when the question is answered', async ({ page, demo }) => {
  const day = await freeDay(demo);
  const booking = await book(demo, day, '10:00');
  await signIn(page, demo, 'merchant');
  await openDay(page, demo, day);
  await event(page, '10:00').click();
  await page.getByRole('button', { name: '取消預約' }).click();
  await expect(page.getByText('確定取消？顧客會收到通知。')).toBeVisible();
  await page.getByRole('button', { name: '是' }).click();
  await expect(event(page, '10:00')).toHaveCount(0);
  expect(await read(demo, booking)).toMatchObject({ status: 'cancelled' });
});
