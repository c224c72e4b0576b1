/** What is broken on purpose: how, which alert must come of it, what the runbook's command must say, and how it is repaired. */
import type { ServiceLevelName, Severity } from '../../app/contract/service-levels';
import { operate, type Report } from './operator';
import type { ExercisePlatform } from './platform';

export interface Fault {
  name: string;
  alert: ServiceLevelName;
  severity: Severity;
  /** Consequences that may be told too, because they are alarms in their own right. */
  also?: ServiceLevelName[];
  /** Breaks it; resolves with what undoes it as far as no command does. */
  strike: (platform: ExercisePlatform) => Promise<() => Promise<void>>;
  /** Of the runbook, as `npx nailbook` takes it. */
  diagnosis: string[];
  /** A part of what it must find. */
  finds: RegExp;
  /** Further commands of the runbook that repair it; before what undoes the rest. */
  repair?: (platform: ExercisePlatform, report: Report) => Promise<void>;
}

/** More than a service level allows a statement to take. */
const SLOW_SECONDS = 1.6;

export const FAULTS: readonly Fault[] = [
  {
    name: 'The database stops',
    alert: 'DatabaseUnreachable',
    severity: 'P0',
    strike: async (platform) => {
      await platform.stopDatabase();
      return () => platform.startDatabase();
    },
    diagnosis: ['diagnose', 'database'],
    finds: /takes no connection: ECONNREFUSED/,
  },
  {
    name: "A task's transactions are left open and hold its connections",
    alert: 'DatabaseConnectionPoolExhausted',
    severity: 'P0',
    strike: async ({ tasks }) => {
      const pool = tasks[0]?.pool;
      if (!pool) throw new Error('There is no task');
      const clients = await Promise.all(Array.from({ length: 27 }, () => pool.connect()));
      for (const client of clients) await client.query('BEGIN');
      return async () => {
        for (const client of clients) client.release(true);
      };
    },
    diagnosis: ['diagnose', 'pool', '--seconds', '0.5'],
    finds: /of them with an open transaction and nothing to do/,
    // Each look names five sessions and the commands that end them.
    repair: async (platform, report) => {
      for (
        let { findings } = report;
        ;
        { findings } = await operate(platform, 'maintenance', ['diagnose', 'pool', '--seconds', '0.5'])
      ) {
        const commands = findings.flatMap(({ next }) =>
          next?.includes('end-session') ? [next.split(' ').slice(2)] : [],
        );
        if (commands.length === 0) return;
        for (const command of new Set(commands.map((words) => words.join(' '))))
          await operate(platform, 'maintenance', command.split(' '));
      }
    },
  },
  {
    name: 'LINE refuses every message',
    alert: 'LinePushFailures',
    severity: 'P1',
    strike: async ({ fakeLine: { state } }) => {
      const push = state.push.bind(state);
      state.push = () => ({ status: 400, body: { message: 'The request body has 1 error(s)' } });
      return async () => {
        state.push = push;
      };
    },
    diagnosis: ['diagnose', 'line'],
    finds: /failed: refused_by_line_400/,
  },
  {
    name: 'Somebody drops the constraint against overlaps',
    alert: 'OverlapGuardMissing',
    severity: 'P0',
    strike: async ({ sql }) => {
      await sql('ALTER TABLE bookings DROP CONSTRAINT no_overlap_bookings');
      return async () => undefined;
    },
    diagnosis: ['diagnose', 'constraint'],
    finds: /no_overlap_bookings is missing/,
    repair: async (platform) => {
      await operate(platform, 'owner', ['repair', 'constraint', '--dry-run']);
      await operate(platform, 'owner', ['repair', 'constraint']);
    },
  },
  {
    name: 'Statements become slow',
    alert: 'SlowQueries',
    severity: 'P2',
    also: ['SlowResponses'],
    strike: async ({ sql }) => {
      await sql(`
        CREATE FUNCTION be_slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(${SLOW_SECONDS}); RETURN NULL; END $$;
        CREATE TRIGGER be_slow BEFORE INSERT ON bookings FOR EACH STATEMENT EXECUTE FUNCTION be_slow();`);
      return async () => void (await sql('DROP TRIGGER be_slow ON bookings; DROP FUNCTION be_slow();'));
    },
    diagnosis: ['diagnose', 'pool', '--seconds', '0.1'],
    finds: /has run one statement for/,
  },
];
