/**
 * The alert engine (requirement C6). Every task takes a sample of its own metrics each 30 s, looks at the database and writes the sample
 * there; the leader among them reads the samples of all, judges every level and tells the receivers. Nothing of it lies on the way
 * of a request.
 */
import { randomUUID } from 'node:crypto';
import { Gauge, type Registry } from 'prom-client';
import { FIGURES_LINE } from '../contract/log-lines';
import { METRICS } from '../contract/metrics';
import type { ServiceLevel } from '../contract/service-levels';
import { MEASURED_OVER_SECONDS } from '../contract/signals';
import { isPassing } from '../database/errors';
import type { Logger } from '../logging';
import { Board } from './board';
import { Delivery, type DeliveryOptions } from './delivery';
import { judgeable, measure, type DatabaseFigures, type TimedSample } from './figures';
import { figuresLine } from './figures-line';
import { judge, type Alert } from './judge';
import { Leadership, type LeaderRole } from './leadership';
import { DatabaseAway, OwnConnection } from './own-connection';
import { Sampler, type SampleSources } from './sample';
import { ADD_SAMPLES, FORGET, LOOK_AT_DATABASE, NOTE_ROUND, READ_ROUND, READ_SAMPLES } from './statements';

export interface AlertOptions extends DeliveryOptions {
  role: LeaderRole;
  levels: readonly ServiceLevel[];
  /** How many times as fast time runs, for exercises. @default 1 */
  speed?: number;
}

export interface AlertSurroundings extends SampleSources {
  registry: Registry;
  logger: Logger;
  /** Epoch milliseconds. */
  clock: () => number;
  /** Of every task: what a level may ask for beside telling. */
  openLineCircuit: () => Promise<void>;
}

const EVERY_MS = 30_000;

/** A task that has missed two looks is gone; a leader that has, was. */
const MISSED_LOOKS = 2.5;

/** Alerts are kept for a year of comparison. */
const HISTORY_MS = 400 * 24 * 60 * 60_000;

export class AlertEngine {
  readonly taskId = randomUUID();
  private readonly levels: ServiceLevel[];
  private readonly speed: number;
  private readonly everyMs: number;
  private readonly sampler: Sampler;
  private readonly connection: OwnConnection;
  private readonly leadership: Leadership;
  private readonly board: Board;
  private readonly delivery: Delivery;
  /** This task's samples that the database has not got yet. */
  private unpublished: TimedSample[] = [];
  private figures: DatabaseFigures | null = null;
  private lastRoundAt = 0;
  private timer: NodeJS.Timeout | undefined;
  private underWay: Promise<void> | undefined;

  constructor(
    options: AlertOptions,
    private readonly surroundings: AlertSurroundings,
  ) {
    const { primary, logger, registry } = surroundings;
    this.levels = judgeable(options.levels);
    this.speed = options.speed ?? 1;
    this.everyMs = EVERY_MS / this.speed;
    this.sampler = new Sampler(surroundings);
    this.connection = new OwnConnection(primary, logger);
    this.leadership = new Leadership(options.role, this.connection);
    this.board = new Board(this.connection, logger);
    this.delivery = new Delivery(options, this.levels, logger, this.speed);
    this.showFigures(registry);
  }

  start(): void {
    const look = () => {
      this.underWay ??= this.round().finally(() => (this.underWay = undefined));
    };
    look();
    this.timer = setInterval(look, this.everyMs);
    this.timer.unref();
  }

  /** Finishes the look under way; another task may lead at once. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.underWay;
    await this.connection.close();
  }

  /** What this task knows to be active if it leads; for the time in which the database cannot be asked. */
  get active(): Alert[] | null {
    if (!this.leadership.leads) return null;
    return this.board.alerts.filter(({ firedAt, resolvedAt }) => firedAt !== null && resolvedAt === null);
  }

  /** After somebody has said that they look after it. Never rejects. */
  async acknowledged(alert: Alert): Promise<void> {
    await this.delivery.acknowledge(alert);
  }

  /** One look. Never rejects: what fails is logged, and tried again with the next. */
  async round(): Promise<void> {
    const { logger, clock } = this.surroundings;
    const now = clock();
    try {
      this.figures = await this.lookAtDatabase();
      await this.takeSample(now);
      if (this.figures) await this.publish();
      const led = this.leadership.leads;
      const leads = this.figures ? await this.leadership.ask() : led;
      if (leads) await this.lead(now);
      else if (led) await this.board.save();
    } catch (error) {
      logger.error({ err: error }, 'the alerts could not be judged');
    }
  }

  private async lead(now: number): Promise<void> {
    const { logger } = this.surroundings;
    const interrupted = this.figures ? await this.takeUp(now) : false;
    const samples = this.figures ? await this.readSamples(now) : this.unpublished;
    const started = performance.now();
    const values = measure(this.levels, {
      samples,
      database: this.figures,
      now,
      freshMs: MISSED_LOOKS * this.everyMs,
      speed: this.speed,
    });
    const alerts = this.board.alerts.map((alert) =>
      interrupted && !alert.firedAt ? { ...alert, breachedSince: new Date(now) } : alert,
    );
    const judgement = judge({ levels: this.levels, values, alerts, now, speed: this.speed });
    const judgedMs = performance.now() - started;
    this.lastRoundAt = now;

    this.board.note(judgement, this.delivery.announce(judgement.tell, now));
    for (const { event, alert } of judgement.tell) {
      const metadata = { alert: alert.name, severity: alert.severity, value: alert.value };
      if (event === 'fired') logger.error({ metadata }, 'an alert is active');
      else logger.info({ metadata }, 'an alert is over');
    }
    // Written before anybody hears of it: who is told twice by two leaders is told wrongly.
    if (this.figures) {
      await this.board.save();
      await this.connection.query(NOTE_ROUND, [this.taskId, new Date(now), judgedMs]);
      await this.connection.query(FORGET, [new Date(now - this.windowMs()), new Date(now - HISTORY_MS)]);
    }
    await this.act(judgement.tell.filter(({ event }) => event === 'fired').map(({ alert }) => alert.name));
    this.board.noteMessages(await this.delivery.deliver(this.board.messages, this.board.alerts, now));
    if (this.figures) await this.board.save();
  }

  /** Reads what is known so far, after writing what could not be written before; true when nobody has judged for a while. */
  private async takeUp(now: number): Promise<boolean> {
    await this.board.save();
    await this.board.load(new Date(now - this.windowMs()));
    const [last] = await this.connection.query<{ at: Date }>(READ_ROUND);
    const lastRoundAt = Math.max(this.lastRoundAt, last?.at.getTime() ?? 0);
    return now - lastRoundAt > MISSED_LOOKS * this.everyMs;
  }

  private async act(names: readonly string[]): Promise<void> {
    if (!this.levels.some(({ name, action }) => action === 'open-line-circuit' && names.includes(name))) return;
    try {
      await this.surroundings.openLineCircuit();
    } catch (error) {
      this.surroundings.logger.error({ err: error }, 'the circuit to LINE could not be opened');
    }
  }

  private async takeSample(now: number): Promise<void> {
    const sample = await this.sampler.take(this.figures?.slowestSeconds ?? null);
    this.surroundings.logger.info({ metadata: figuresLine(sample, this.figures) }, FIGURES_LINE);
    this.unpublished.push({ taskId: this.taskId, at: now, sample });
    this.unpublished = this.unpublished.filter(({ at }) => at > now - this.windowMs());
  }

  /** `null`: it does not answer. */
  private async lookAtDatabase(): Promise<DatabaseFigures | null> {
    const { logger } = this.surroundings;
    try {
      const [figures] = await this.connection.query<DatabaseFigures>(LOOK_AT_DATABASE);
      return figures ?? null;
    } catch (error) {
      if (!(error instanceof DatabaseAway) && !isPassing(error)) throw error;
      logger.warn({ err: error }, 'the alerts find the database away');
      return null;
    }
  }

  private async publish(): Promise<void> {
    const rows = this.unpublished.map(({ at, sample }) => ({ at: new Date(at), sample }));
    await this.connection.query(ADD_SAMPLES, [this.taskId, JSON.stringify(rows)]);
    this.unpublished = [];
  }

  private readSamples(now: number): Promise<TimedSample[]> {
    return this.connection.query<TimedSample>(READ_SAMPLES, [new Date(now - this.windowMs())]);
  }

  /** The longest time that a level looks back, and one look more. */
  private windowMs(): number {
    const seconds = Math.max(MEASURED_OVER_SECONDS, ...this.levels.map(({ forSeconds }) => forSeconds));
    return (seconds * 1000) / this.speed + this.everyMs;
  }

  private showFigures(registry: Registry): void {
    const gauge = (name: string, help: string, value: () => number) =>
      new Gauge({
        name,
        help,
        registers: [registry],
        collect() {
          this.set(value());
        },
      });
    const figure = (read: (figures: DatabaseFigures) => number) => () =>
      this.figures ? read(this.figures) : Number.NaN;
    gauge(METRICS.databaseUp, 'Whether the database answered the last look', () => (this.figures ? 1 : 0));
    gauge(
      METRICS.overlapGuard,
      'Whether the constraint against overlapping bookings stands',
      figure(({ overlapGuard }) => (overlapGuard ? 1 : 0)),
    );
    gauge(
      METRICS.databaseConnections,
      'Open connections of all programs',
      figure(({ connections }) => connections),
    );
    gauge(
      METRICS.databaseConnectionsAllowed,
      'Connections that the database allows',
      figure(({ connectionsAllowed }) => connectionsAllowed),
    );
    gauge(
      METRICS.databaseSlowestSeconds,
      "Age of the API's statement that has run longest",
      figure(({ slowestSeconds }) => slowestSeconds),
    );
    gauge(
      METRICS.replicaLagSeconds,
      'How far the replica is behind; nothing without one',
      () => this.surroundings.replicaLagSeconds() ?? Number.NaN,
    );
  }
}
