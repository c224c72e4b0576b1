import { decide, figuresIn, type TaskFigures } from '../../../lambda/actions/restart-task/restart-task';

const task = (taskId: string, poolFree: number, at = 1): TaskFigures => ({ taskId, poolFree, at });

test('The task with the fewest connections is ended, while others have enough', () => {
  expect(decide([task('a', 12), task('b', 4), task('c', 0)], 5)).toEqual({
    stop: 'c',
    because: 'it has 0 connections left, 1 of 3 tasks have enough',
  });
});

test('What counts is the newest line of each task', () => {
  expect(decide([task('a', 0, 1), task('a', 9, 2), task('b', 9)], 5).stop).toBeNull();
  expect(decide([task('a', 1, 3), task('a', 9, 2), task('b', 9)], 5).stop).toBe('a');
});

test('When every task is short of connections, none is ended', () => {
  expect(decide([task('a', 0), task('b', 4)], 5)).toEqual({
    stop: null,
    because: 'all 2 tasks are short of connections: the cause is behind them',
  });
  expect(decide([task('a', 0)], 5).stop).toBeNull();
});

test('Without a task that is short, or without a line, none is ended', () => {
  expect(decide([task('a', 5)], 5).stop).toBeNull();
  expect(decide([], 5).stop).toBeNull();
});

test('A line of the log is read by the id at the end of its stream; other lines say nothing', () => {
  const line = JSON.stringify({ message: 'figures of this task', metadata: { pool_free: 3 } });
  expect(figuresIn('task/api/0f3c', line, 7)).toEqual({ taskId: '0f3c', poolFree: 3, at: 7 });
  expect(figuresIn('task/api/0f3c', '{"message":"request","metadata":{"status":200}}', 7)).toBeNull();
  expect(figuresIn('task/api/0f3c', '"a text"', 7)).toBeNull();
});
