/** What a deployment of the model is given: what to deploy in whose place, and what carries it out. */
import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import type { Clock } from '../clock';
import type { HookFunctions, Weights } from './hooks';

export interface Revision {
  arn: string;
  taskDefinition: string;
  targetGroup: string;
  createdAt: Date;
}

/** What a deployment moves: tasks behind target groups, and the weights of the two listener rules. */
export interface DataPlane {
  /** Resolves when the revision's tasks run and are healthy; rejects when they do not become so. */
  scaleUp: (revision: Revision) => Promise<void>;
  /** Takes the tasks out of their target group, lets them finish, and stops them. */
  scaleDown: (revision: Revision) => Promise<void>;
  /** Percent by target group. */
  shift: (traffic: 'test' | 'production', weights: Weights) => void;
}

export interface Surroundings {
  clock: Clock;
  data: DataPlane;
  functions: HookFunctions;
  /** Which of these alarms are in ALARM. */
  inAlarm: (names: readonly string[]) => string[];
  /** Hears of every stage and of what was decided. */
  tell: (what: string) => void;
  callHooksTwice?: boolean;
}

export interface Order {
  clusterName: string;
  serviceName: string;
  serviceArn: string;
  configuration: DeploymentConfiguration;
  target: Revision;
  /** The last revision that was deployed with success; none at the first deployment. */
  blue: Revision | null;
  /** More than one revision is active, because the deployment before was not over. */
  reconcile: boolean;
}
