/** Called by ECS when all production traffic is on green, and by EventBridge when ECS says that a deployment or the service changed. */
import { hookDependencies } from '../wiring';
import { createAfterReleaseHandler } from './after-release';

export const handler = createAfterReleaseHandler(hookDependencies());
