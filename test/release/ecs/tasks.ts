/** Tasks of ECS that are run once, with the image of a task definition and another command. */
import { randomUUID } from 'node:crypto';
import {
  ClientException,
  InvalidParameterException,
  type DescribeTasksRequest,
  type RunTaskRequest,
  type Task,
} from '@aws-sdk/client-ecs';
import type { Answers } from '../aws';
import type { EcsService } from './service';

/** Runs a command in an image to its end, and resolves with its exit code. */
export type RunContainer = (
  image: string,
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
) => Promise<number>;

/** The longest client token, and the longest `startedBy`. */
const TOKEN_LENGTH = 64;
const STARTED_BY_LENGTH = 128;

/** What RunTask and DescribeTasks answer. */
export function taskAnswers(service: EcsService, run: RunContainer): Answers {
  const tasks = new Map<string, Task>();
  const byToken = new Map<string, Task>();
  return {
    RunTask: (request: RunTaskRequest) => {
      const { clientToken = randomUUID(), startedBy = '', overrides, taskDefinition = '' } = request;
      if (clientToken.length > TOKEN_LENGTH) refuse(`clientToken has ${clientToken.length} characters`);
      if (startedBy.length > STARTED_BY_LENGTH) refuse(`startedBy has ${startedBy.length} characters`);
      if (!request.networkConfiguration) refuse('networkConfiguration must be provided for the awsvpc network mode');
      const known = byToken.get(clientToken);
      if (known) return { tasks: [known], failures: [] };

      const definition = service.findTaskDefinition(taskDefinition);
      const [container] = definition?.containerDefinitions ?? [];
      if (!container) throw new ClientException({ message: 'Unable to describe task definition.', $metadata: {} });
      const [override, ...others] = overrides?.containerOverrides ?? [];
      if (others.length > 0 || (override && override.name !== container.name))
        refuse(`there is no container ${override?.name} in ${taskDefinition}`);
      const id = randomUUID().replaceAll('-', '');
      const task: Task = {
        taskArn: `${service.clusterArn.replace(':cluster/', ':task/')}/${id}`,
        lastStatus: 'RUNNING',
        desiredStatus: 'RUNNING',
        startedBy,
        containers: [{ ...(container.name === undefined ? {} : { name: container.name }), lastStatus: 'RUNNING' }],
      };
      tasks.set(task.taskArn ?? '', task);
      byToken.set(clientToken, task);
      const environment = Object.fromEntries(
        [...(container.environment ?? []), ...(override?.environment ?? [])].map(({ name = '', value = '' }) => [
          name,
          value,
        ]),
      );
      const runToItsEnd = async () => {
        const exitCode = await run(container.image ?? '', override?.command ?? [], environment);
        Object.assign(task, {
          lastStatus: 'STOPPED',
          stoppedReason: 'Essential container in task exited',
          containers: [{ name: container.name, lastStatus: 'STOPPED', exitCode }],
        });
      };
      void runToItsEnd();
      return { tasks: [task], failures: [] };
    },
    DescribeTasks: ({ tasks: asked = [] }: DescribeTasksRequest) => {
      const found = asked.flatMap((arn) => tasks.get(arn) ?? []);
      return {
        tasks: found,
        failures: asked.filter((arn) => !tasks.has(arn)).map((arn) => ({ arn, reason: 'MISSING' })),
      };
    },
  };
}

function refuse(message: string): never {
  throw new InvalidParameterException({ message, $metadata: {} });
}
