/**
 * How long each part waits while a task goes away. In order: the load balancer sends it nothing new and waits for what is under way,
 * then ECS sends SIGTERM, the API finishes within its grace, and only then ECS kills.
 */
import { SHUTDOWN_GRACE_SECONDS } from '../../app/contract/api';

/** Longer than the slowest request (its statements are cut off after 5 s), shorter than the API's own grace. */
export const DEREGISTRATION_SECONDS = 20;

/** Between SIGTERM and SIGKILL; the API ends by itself before. Fargate allows up to 120. */
export const STOP_TIMEOUT_SECONDS = SHUTDOWN_GRACE_SECONDS + 5;
