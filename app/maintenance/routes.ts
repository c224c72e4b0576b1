/** For platform admins: the maintenance tasks with their last result, and growth against limits (requirements D8, E6). */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { authenticate, requireRole } from '../auth/authentication';
import type { Context } from '../context';
import type { Growth } from '../contract/capacity';
import { MAINTENANCE_TASKS, type MaintenanceTask, OVERDUE_HOURS } from '../contract/maintenance';
import { ProblemBody } from '../http/problem';
import { CapacityBody, type Condition, type LastRun, TaskBody } from './bodies';
import { READ_CAPACITY, READ_CONDITIONS, READ_LAST_RUNS } from './statements';

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;

/** As far back as the capacity report itself looks. */
const CONDITIONS_DAYS = 65;

const schema = { tags: ['platform'], security: [{ token: [] }] };

export const maintenanceRoutes: FastifyPluginAsyncTypebox<{ context: Context }> = async (server, { context }) => {
  const { primary, tokens, clock } = context;
  server.addHook('onRequest', async (request) => requireRole(authenticate(tokens, request), ['admin'], request));

  server.get(
    '/maintenance',
    {
      schema: {
        ...schema,
        summary: 'How did each maintenance task go?',
        description: 'Every task of the platform, with its last run that was no dry run.',
        response: { 200: Type.Object({ tasks: Type.Array(TaskBody) }), '4xx': ProblemBody },
      },
    },
    async () => {
      const { rows } = await primary.query<LastRun & { task: string; lastSuccessAt: Date | null }>(READ_LAST_RUNS);
      const byTask = new Map(rows.map((row) => [row.task, row]));
      const tasks = Object.entries<MaintenanceTask>(MAINTENANCE_TASKS).map(([name, task]) => {
        const last = byTask.get(name);
        const { purpose, every, limitMinutes, runsOn, severity, runbook } = task;
        const allowedMs = OVERDUE_HOURS[every] * HOUR_MS;
        return {
          name,
          purpose,
          every,
          limitMinutes,
          runsOn,
          severity,
          runbook: `docs/runbooks/${runbook}.md`,
          lastRun: last ? { ...last, startedAt: last.startedAt.toISOString() } : null,
          lastSuccessAt: last?.lastSuccessAt?.toISOString() ?? null,
          // One that never ran may be new, or not be for this place: it has nothing to be late with.
          overdue: last !== undefined && clock() - (last.lastSuccessAt?.getTime() ?? 0) > allowedMs,
        };
      });
      return { tasks };
    },
  );

  server.get(
    '/capacity',
    {
      schema: {
        ...schema,
        summary: 'What grows, and how long do the limits last?',
        description: 'The newest report of the task capacity-report, and what the daily health reports measured.',
        response: { 200: CapacityBody, '4xx': ProblemBody },
      },
    },
    async () => {
      const report = await primary.query<{ at: Date; failures: string[]; notes: string[]; growth: Growth[] }>(
        READ_CAPACITY,
      );
      const since = new Date(clock() - CONDITIONS_DAYS * DAY_MS);
      const { rows } = await primary.query<{ at: Date; condition: Condition }>({ ...READ_CONDITIONS, values: [since] });
      const [capacity] = report.rows;
      const [newest] = rows;
      return {
        report: capacity ? { ...capacity, at: capacity.at.toISOString() } : null,
        database: newest ? { ...newest.condition, at: newest.at.toISOString() } : null,
        databaseSizes: rows.map(({ at, condition: { databaseBytes } }) => ({ at: at.toISOString(), databaseBytes })),
      };
    },
  );
};
