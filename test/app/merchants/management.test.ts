import { Client } from 'pg';
import type { Configuration } from '../../../app/merchants/configuration';
import type { AffectedBooking } from '../../../app/merchants/affected-bookings';
import { createTestApi, type TestApi } from '../../support/api';
import { createSalon } from '../../support/salon';

const STAFF = { role: 'merchant', userId: '900' } as const;

interface Changed {
  subjectId: string;
  configuration: Configuration;
  affectedBookings: AffectedBooking[];
}

let api: TestApi;

beforeAll(async () => {
  api = await createTestApi();
}, 30_000);
afterAll(() => api.close());
// Each test has a salon of its own: what one changes, the next must not find.
beforeEach(async () => void Object.assign(api.salon, await createSalon(api.database.adminUrl)));

const ask = (method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE', url: string, payload?: object) =>
  api.request({ method, url, as: STAFF, ...(payload && { payload }) });

async function change(method: 'POST' | 'PATCH' | 'PUT' | 'DELETE', url: string, payload?: object): Promise<Changed> {
  const response = await ask(method, url, payload);
  if (response.statusCode >= 300) throw new Error(response.body);
  return response.json();
}

async function book(startsAt: string, staff = 0): Promise<string> {
  const payload = { serviceIds: [api.salon.serviceIds[0]], staffId: api.salon.staffIds[staff], startsAt };
  const response = await api.request({ method: 'POST', url: '/bookings', payload });
  if (response.statusCode !== 201) throw new Error(response.body);
  return response.json<{ id: string }>().id;
}

async function sql<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
  const client = new Client({ connectionString: api.database.adminUrl });
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}

const week = (from: string, to: string) => Array.from({ length: 7 }, (_, day) => ({ weekday: day + 1, from, to }));

describe('What a salon has set up', () => {
  it('is read as a whole by its staff, and by nobody else', async () => {
    const response = await ask('GET', '/configuration');
    expect(response.json()).toMatchObject({
      settings: { name: '測試美甲沙龍', timeZone: 'Asia/Taipei', slotMinutes: 30, maxUpcomingPerCustomer: null },
      openingHours: week('10:00', '19:00'),
      staff: [
        { id: api.salon.staffIds[0], hours: week('10:00', '19:00'), breaks: week('13:00', '14:00') },
        { breaks: [] },
      ],
      services: [{ durationMinutes: 60 }, { bufferAfterMinutes: 15 }],
      dateExceptions: [],
    });
    expect((await api.request({ url: '/configuration' })).statusCode).toBe(403);
    expect((await api.request({ url: '/configuration', as: { ...STAFF, merchantId: '999' } })).statusCode).toBe(403);
    expect((await api.request({ url: '/configuration', as: null })).statusCode).toBe(401);
  });

  it('is seen by customers at once, as far as it concerns them', async () => {
    await change('PATCH', '/settings', { name: '小樹美甲', cancelNoticeMinutes: 120 });
    const { subjectId } = await change('POST', '/services', { name: '卸甲', durationMinutes: 30, price: 400 });
    await change('PUT', `/staff/${api.salon.staffIds[1]}/services`, {
      services: [{ serviceId: subjectId, durationMinutes: 20, price: null }],
    });
    await change('PATCH', `/services/${api.salon.serviceIds[1]}`, { active: false });
    const read = async (url: string) => (await api.request({ url, as: null })).json<unknown>();
    expect(await read('')).toMatchObject({
      name: '小樹美甲',
      cancelNoticeMinutes: 120,
      openingHours: week('10:00', '19:00'),
    });
    const services = [
      { id: api.salon.serviceIds[0] },
      { id: subjectId, name: '卸甲', durationMinutes: 30, price: 400 },
    ];
    expect(await read('/services')).toMatchObject({ services });
    expect(await read('/staff')).toEqual({
      staff: [
        {
          id: api.salon.staffIds[0],
          name: '小美',
          services: [{ serviceId: api.salon.serviceIds[0], durationMinutes: 60, price: 900 }],
        },
        {
          id: api.salon.staffIds[1],
          name: '阿珍',
          services: [{ serviceId: subjectId, durationMinutes: 20, price: 400 }],
        },
      ],
    });
    expect((await api.server.inject('/api/v1/merchants/999999')).json()).toMatchObject({ code: 'merchant_unknown' });
  });

  it('that can be booked no longer still has a name, for who has a token of the salon', async () => {
    const { subjectId } = await change('POST', '/services', { name: '卸甲', durationMinutes: 30, price: 300 });
    const former = await change('POST', '/staff', { name: '小芳' });
    await change('PATCH', `/services/${subjectId}`, { active: false });
    await change('PATCH', `/staff/${former.subjectId}`, { active: false });
    const names = { services: [{ id: subjectId, name: '卸甲' }], staff: [{ id: former.subjectId, name: '小芳' }] };
    expect((await api.request({ url: '/retired' })).json()).toEqual(names);
    expect((await api.request({ url: '/retired', as: null })).statusCode).toBe(401);
    expect((await api.request({ url: '/retired', as: { merchantId: '999' } })).statusCode).toBe(403);
  });

  it('is changed field by field, the others stay', async () => {
    const { configuration } = await change('PATCH', '/settings', {
      timeZone: 'europe/berlin',
      maxUpcomingPerCustomer: 2,
      reminderMinutes: [60],
      offerMinutes: 15,
    });
    expect(configuration.settings).toMatchObject({
      name: '測試美甲沙龍',
      timeZone: 'Europe/Berlin',
      maxUpcomingPerCustomer: 2,
      reminderMinutes: [60],
      offerMinutes: 15,
      slotMinutes: 30,
    });
    const cleared = await change('PATCH', '/settings', { maxUpcomingPerCustomer: null });
    expect(cleared.configuration.settings.maxUpcomingPerCustomer).toBeNull();
  });

  it.each([
    [{ timeZone: 'Asia/Atlantis' }, 'body.timeZone', 'must be an IANA time zone'],
    [{ timeZone: '+08:00' }, 'body.timeZone', 'must be an IANA time zone'],
    [{ slotMinutes: 4 }, 'body.slotMinutes', 'must be >= 5'],
    [{ reminderMinutes: [1, 1] }, 'body.reminderMinutes.0', 'must be >= 15'],
    [{ name: ' \u3000' }, 'body.name', 'one at least can be seen'],
    [{ slots: 30 }, 'body.slots', 'is no field of this request'],
  ])('refuses settings %j by name', async (payload, field, message) => {
    const response = await ask('PATCH', '/settings', payload);
    expect(response.statusCode).toBe(400);
    expect(response.json().errors).toContainEqual(
      expect.objectContaining({ field, message: expect.stringContaining(message) }),
    );
  });

  it('adds staff who can be booked once they have services and hours', async () => {
    const { subjectId, configuration } = await change('POST', '/staff', { name: '新人' });
    expect(configuration.staff.at(-1)).toEqual({
      id: subjectId,
      name: '新人',
      active: true,
      services: [],
      hours: [],
      breaks: [],
    });
    const services = [{ serviceId: api.salon.serviceIds[0], durationMinutes: null, price: 1200 }];
    await change('PUT', `/staff/${subjectId}/services`, { services });
    await change('PUT', `/staff/${subjectId}/hours`, { spans: [{ weekday: 2, from: '10:00', to: '24:00' }] });
    const payload = {
      serviceIds: [api.salon.serviceIds[0]],
      staffId: subjectId,
      startsAt: '2026-11-03T10:00:00+08:00',
    };
    const booked = await api.request({ method: 'POST', url: '/bookings', payload });
    expect(booked.json()).toMatchObject({ price: 1200, staffId: subjectId });
  });

  it('names every span that ends before it starts or overlaps another', async () => {
    const spans = [
      { weekday: 1, from: '10:00', to: '14:00' },
      { weekday: 1, from: '13:30', to: '19:00' },
      { weekday: 2, from: '13:30', to: '13:30' },
      { weekday: 3, from: '10:00', to: '14:00' },
      { weekday: 3, from: '14:00', to: '24:00' },
    ];
    for (const url of [
      '/opening-hours',
      `/staff/${api.salon.staffIds[0]}/hours`,
      `/staff/${api.salon.staffIds[0]}/breaks`,
    ]) {
      const response = await ask('PUT', url, { spans });
      expect(response.statusCode).toBe(400);
      expect(response.json().errors).toEqual([
        { field: 'body.spans.1', value: '13:30-19:00', message: 'must not overlap 10:00-14:00 of the same day' },
        {
          field: 'body.spans.2.to',
          value: '13:30',
          message: 'must be later than 13:30; what goes on after midnight is a span of the next day',
        },
      ]);
    }
    expect(
      (await ask('PUT', '/opening-hours', { spans: [{ weekday: 1, from: '24:00', to: '24:00' }] })).statusCode,
    ).toBe(400);
    const touching = await change('PUT', '/opening-hours', { spans: spans.slice(3) });
    expect(touching.configuration.openingHours).toEqual(spans.slice(3));
  });

  it('refuses services that the salon does not have, and staff of others', async () => {
    const services = ['999', api.salon.serviceIds[0], api.salon.serviceIds[0]].map((serviceId) => ({
      serviceId,
      durationMinutes: null,
      price: null,
    }));
    const response = await ask('PUT', `/staff/${api.salon.staffIds[0]}/services`, { services });
    expect(response.json().errors).toEqual([
      { field: 'body.services.0.serviceId', value: '999', message: 'is no service of this salon' },
      { field: 'body.services.2.serviceId', value: api.salon.serviceIds[0], message: 'is named twice' },
    ]);
    for (const url of ['/staff/999', '/services/999'])
      expect((await ask('PATCH', url, { active: false })).statusCode).toBe(404);
  });

  it('takes the changes of two managers one after the other', async () => {
    const hours = ['08:00', '09:00', '10:00', '11:00'];
    const answers = await Promise.all(
      hours.map((from) => ask('PUT', '/opening-hours', { spans: week(from, '20:00') })),
    );
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200]);
    const { openingHours } = (await ask('GET', '/configuration')).json<Configuration>();
    expect(openingHours).toHaveLength(7);
    expect(new Set(openingHours.map(({ from }) => from)).size).toBe(1);
  });
});

const put = (dateExceptions: object[]) => ask('PUT', '/date-exceptions', { dateExceptions });

describe('Dates that differ from the week', () => {
  it('take the place of that day, and go again', async () => {
    const { configuration } = await change('PUT', '/date-exceptions', {
      dateExceptions: [
        { staffId: null, date: '2026-11-05', spans: [], reason: '公休' },
        {
          staffId: api.salon.staffIds[1],
          date: '2026-11-04',
          spans: [
            { from: '12:00', to: '14:00' },
            { from: '15:00', to: '24:00' },
          ],
          reason: '',
        },
      ],
    });
    expect(configuration.dateExceptions).toHaveLength(2);
    const slots = async (date: string) => {
      const query = `serviceIds=${api.salon.serviceIds[0]}&staffId=${api.salon.staffIds[1]}&from=${date}T00:00:00%2B08:00&to=${date}T23:59:00%2B08:00`;
      return (await api.request({ url: `/availability?${query}` })).json<{ slots: { startsAt: string }[] }>().slots;
    };
    expect(await slots('2026-11-05')).toEqual([]);
    expect((await slots('2026-11-04')).map(({ startsAt }) => startsAt.slice(11, 16))).toEqual([
      '04:00',
      '04:30',
      '05:00',
      '07:00',
      '07:30',
      '08:00',
      '08:30',
      '09:00',
      '09:30',
      '10:00',
    ]);
    const { configuration: left } = await change('DELETE', '/date-exceptions/2026-11-05');
    expect(left.dateExceptions).toMatchObject([{ date: '2026-11-04' }]);
    expect(await slots('2026-11-05')).not.toEqual([]);
  });

  it('are refused when they do not exist, are over, are named twice, or are for unknown staff', async () => {
    const closed = { staffId: null, date: '2026-11-28', spans: [], reason: '' };
    expect((await put([{ ...closed, date: '2026-02-30' }])).json().errors[0].field).toBe('body.dateExceptions.0.date');
    expect((await put([{ ...closed, date: '0000-12-31' }])).json().errors[0].field).toBe('body.dateExceptions.0.date');
    // The wrong year, as people write it in winter.
    expect((await put([closed, { ...closed, date: '2025-12-31' }])).json().errors).toEqual([
      { field: 'body.dateExceptions.1.date', value: '2025-12-31', message: 'is over: today is 2026-11-02' },
    ]);
    expect((await put([closed, closed])).json().errors).toMatchObject([{ field: 'body.dateExceptions.1.date' }]);
    const unknown = await put([closed, { ...closed, staffId: '999' }]);
    expect([unknown.statusCode, unknown.json().errors]).toMatchObject([
      422,
      [{ field: 'body.dateExceptions.1.staffId', value: '999' }],
    ]);
    const backwards = { ...closed, spans: [{ from: '12:00', to: '10:00' }] };
    expect((await put([closed, { ...backwards, staffId: api.salon.staffIds[0] }])).json().errors).toMatchObject([
      { field: 'body.dateExceptions.1.spans.0.to' },
    ]);
  });
});

describe('Upcoming bookings', () => {
  it('that no longer fit are listed with the reason, and stay', async () => {
    const early = await book('2026-11-03T10:00:00+08:00');
    const late = await book('2026-11-03T18:00:00+08:00', 1);
    const hours = await change('PUT', '/opening-hours', { spans: week('11:00', '19:00') });
    expect(hours.affectedBookings).toEqual([
      expect.objectContaining({ id: early, startsAt: '2026-11-03T02:00:00.000Z', conflicts: ['outside_hours'] }),
    ]);
    const gone = await change('PATCH', `/staff/${api.salon.staffIds[1]}`, { active: false });
    expect(gone.affectedBookings).toMatchObject([{ id: late, conflicts: ['staff_inactive'] }]);
    const notOffered = await change('PATCH', `/services/${api.salon.serviceIds[0]}`, { active: false });
    expect(notOffered.affectedBookings).toMatchObject([{ id: early, conflicts: ['service_not_offered'] }]);
    expect(await sql('SELECT status FROM bookings WHERE merchant_id = $1', [api.salon.merchantId])).toEqual([
      { status: 'confirmed' },
      { status: 'confirmed' },
    ]);
  });

  it('that were outside already, are over, or still fit are not listed', async () => {
    const outside = await book('2026-11-03T10:00:00+08:00');
    const over = await book('2026-11-02T10:00:00+08:00');
    await book('2026-11-03T14:00:00+08:00');
    await sql(
      "UPDATE bookings SET starts_at = starts_at - interval '1 day', ends_at = ends_at - interval '1 day', busy_from = busy_from - interval '1 day', busy_to = busy_to - interval '1 day' WHERE id = $1",
      [over],
    );
    const first = await change('PUT', '/opening-hours', { spans: week('11:00', '19:00') });
    expect(first.affectedBookings).toMatchObject([{ id: outside }]);
    const second = await change('PUT', '/opening-hours', { spans: week('11:30', '19:00') });
    expect(second.affectedBookings).toEqual([]);
  });
});

test('each change leaves one entry in the audit log: who, what, and only what differs, without names of people', async () => {
  await change('PATCH', '/settings', { slotMinutes: 15, name: '測試美甲沙龍' });
  await change('PATCH', `/staff/${api.salon.staffIds[0]}`, { name: '王美美', active: false });
  await ask('PUT', `/staff/${api.salon.staffIds[0]}/services`, {
    services: [{ serviceId: '999', durationMinutes: null, price: null }],
  });
  const entries = await sql(
    'SELECT actor_role, actor_id, action, subject_id, before, after FROM audit_log WHERE merchant_id = $1 ORDER BY id',
    [api.salon.merchantId],
  );
  expect(entries).toEqual([
    {
      actor_role: 'merchant',
      actor_id: '900',
      action: 'settings.changed',
      subject_id: api.salon.merchantId,
      before: { slotMinutes: 30 },
      after: { slotMinutes: 15 },
    },
    {
      actor_role: 'merchant',
      actor_id: '900',
      action: 'staff.changed',
      subject_id: api.salon.staffIds[0],
      before: { active: true },
      after: { active: false },
    },
  ]);
});
