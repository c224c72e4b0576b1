/** How the traffic is shared between the two sides of a deployment. */
import type { Weights } from './hooks';
import type { Order, Surroundings } from './order';

export type Listener = 'test' | 'production';

export class Traffic {
  /** What the target gets. */
  readonly greenPercent = { test: 0, production: 0 };

  constructor(
    private readonly order: Pick<Order, 'target' | 'blue'>,
    private readonly around: Pick<Surroundings, 'data' | 'tell'>,
  ) {}

  /** By revision, as a hook is told them. */
  weights(listener: Listener): Weights {
    const { target, blue } = this.order;
    const green = this.greenPercent[listener];
    return { [target.arn]: green, ...(blue ? { [blue.arn]: 100 - green } : {}) };
  }

  shift(listener: Listener, percent: number): void {
    const { target, blue } = this.order;
    this.greenPercent[listener] = percent;
    this.around.data.shift(listener, {
      [target.targetGroup]: percent,
      ...(blue ? { [blue.targetGroup]: 100 - percent } : {}),
    });
    this.around.tell(`ECS: ${listener} traffic ${percent} % green`);
  }
}
