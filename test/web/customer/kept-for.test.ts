import { RETENTION_DAYS } from '../../../app/contract/retention';
import { KEPT_FOR } from '../../../web/customer/personal-data/kept-for';

test('Customers are told how long their data is kept as the platform carries it out', () => {
  const { archivedBookings, endedBookings, notificationLogs, idleCustomers } = RETENTION_DAYS;
  expect(KEPT_FOR).toEqual({
    visitYears: Math.floor(archivedBookings / 365),
    cancelledMonths: Math.round(endedBookings / (365 / 12)),
    messageDays: notificationLogs,
    idleYears: idleCustomers / 365,
  });
});
