/**
 * One page for one incident: a consequence waits until it is known whether its cause is active, and is then shown and not told. CloudWatch
 * does so by composite alarms whose actions another alarm suppresses.
 */
import { ArnFormat, Duration } from 'aws-cdk-lib';
import { Alarm, AlarmRule, CompositeAlarm, type IAlarmRef, type IAlarmRule } from 'aws-cdk-lib/aws-cloudwatch';
import { alarmName } from '../../app/contract/alert-routing';
import { ERROR_BUDGET_RUNBOOK } from '../../app/contract/objectives';
import { CALM_SECONDS } from '../../app/contract/service-levels';
import type { PlatformStack } from '../platform-stack';
import type { Burn, BurnAlarm } from '../service/error-budget-alarms';
import { causesOf } from './causes';
import { descriptionOf, tell, type Level, type LevelAlarm } from './level-alarm';
import type { AlarmTopics } from './topics-stack';

/** Alarms are judged once a minute: a cause shows at the latest so long after its consequence. */
const WAIT = Duration.seconds(60);
/** A consequence may take as long to end after its cause has. */
const EXTENSION = Duration.seconds(CALM_SECONDS * 3);

export class Incidents {
  /** Names of the alarms that measure, by level. */
  private readonly measured: Map<string, string>;
  private readonly burning: CompositeAlarm[] = [];

  constructor(
    private readonly stack: PlatformStack,
    private readonly topics: AlarmTopics,
    alarms: readonly LevelAlarm[],
  ) {
    this.measured = new Map(alarms.map((one) => [one.level.name, one.alarmName]));
  }

  /** Tells of an alarm that waits. */
  add({ level, alarmName: name }: LevelAlarm): CompositeAlarm {
    return this.composite(level, isActive(name));
  }

  /** Tells that the budget burns: for long enough to matter, and still. Add the fastest first. */
  addBurn({ burn, names }: BurnAlarm): CompositeAlarm {
    const composite = this.composite(burnLevel(burn), AlarmRule.allOf(...names.map(isActive)));
    this.measured.set(burn.name, alarmName(this.stack.config.name, burn.name));
    this.burning.push(composite);
    return composite;
  }

  private composite(level: Omit<Level, 'breachedWhen' | 'threshold' | 'forSeconds'>, rule: IAlarmRule): CompositeAlarm {
    const { config } = this.stack;
    const composite = new CompositeAlarm(this.stack, level.name, {
      compositeAlarmName: alarmName(config.name, level.name),
      alarmDescription: descriptionOf(config, level),
      alarmRule: rule,
      actionsSuppressor: this.causes(level.name),
      actionsSuppressorWaitPeriod: WAIT,
      actionsSuppressorExtensionPeriod: EXTENSION,
    });
    tell(composite, level.severity, this.topics);
    return composite;
  }

  /** An alarm that is active while one of the causes is. */
  private causes(name: string): IAlarmRef {
    const active = causesOf(name).flatMap((cause) => this.measured.get(cause) ?? []);
    const [only, ...others] = active;
    if (only === undefined) throw new Error(`${name} waits for causes of which none has an alarm`);
    if (others.length === 0) return this.alarmOf(name, only);
    const causes = new CompositeAlarm(this.stack, `${name}Causes`, {
      compositeAlarmName: alarmName(this.stack.config.name, `${name}-causes`),
      alarmDescription: `Active while a cause of ${name} is, which is then not told`,
      alarmRule: AlarmRule.anyOf(...active.map(isActive)),
    });
    causes.node.addDependency(...this.burning);
    return causes;
  }

  private alarmOf(consequence: string, name: string): IAlarmRef {
    const arn = this.stack.formatArn({
      service: 'cloudwatch',
      resource: 'alarm',
      resourceName: name,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    return Alarm.fromAlarmArn(this.stack, `CauseOf${consequence}`, arn);
  }
}

function isActive(name: string): IAlarmRule {
  return AlarmRule.fromString(`ALARM("${name}")`);
}

function burnLevel({ name, severity, burnRate }: Burn) {
  return {
    name,
    severity,
    runbook: ERROR_BUDGET_RUNBOOK,
    broke: `The error budget of 30 days burns ${burnRate} times as fast as it may`,
    users: 'Some requests fail, and have for a while',
  };
}
