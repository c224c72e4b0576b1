import { cronAt, dailyWindowInUtc, weeklyWindowInUtc, windowsOverlap } from '../../../lib/config/windows';

test('A window in Taipei is eight hours earlier in UTC', () => {
  expect(dailyWindowInUtc('03:00-04:00', 'Asia/Taipei')).toBe('19:00-20:00');
  expect(dailyWindowInUtc('07:30-08:30', 'Asia/Taipei')).toBe('23:30-00:30');
  expect(dailyWindowInUtc('03:00-05:00', 'UTC')).toBe('03:00-05:00');
});

test('A weekly window may fall on the day before in UTC', () => {
  expect(weeklyWindowInUtc('Sun:04:00-05:00', 'Asia/Taipei')).toBe('sat:20:00-sat:21:00');
  expect(weeklyWindowInUtc('Wed:07:30-08:30', 'Asia/Taipei')).toBe('tue:23:30-wed:00:30');
  expect(weeklyWindowInUtc('Sat:23:00-01:00', 'UTC')).toBe('sat:23:00-sun:01:00');
});

test('A daily and a weekly window overlap when they share a minute of any day', () => {
  expect(windowsOverlap('03:00-04:00', 'Sun:04:00-05:00')).toBe(false);
  expect(windowsOverlap('03:00-04:30', 'Sun:04:00-05:00')).toBe(true);
  expect(windowsOverlap('23:30-00:30', 'Mon:00:00-01:00')).toBe(true);
  expect(windowsOverlap('00:00-01:00', 'Sat:23:30-00:30')).toBe(true);
});

test('A schedule is a cron expression in local time', () => {
  expect(cronAt('06:30')).toBe('cron(30 6 * * ? *)');
  expect(cronAt('04:05', 'Sun')).toBe('cron(5 4 ? * SUN *)');
});
