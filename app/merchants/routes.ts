/** All routes of one salon's catalogue: for customers who choose, and for the salon's staff who set it up. */
import type { FastifyPluginAsync } from 'fastify';
import type { Context } from '../context';
import { hourRoutes } from './hour-routes';
import { publicRoutes } from './public-routes';
import { serviceRoutes } from './service-routes';
import { settingRoutes } from './setting-routes';
import { staffRoutes } from './staff-routes';

export const merchantRoutes: FastifyPluginAsync<{ context: Context }> = async (server, { context }) => {
  await server.register(publicRoutes, { context });
  await server.register(settingRoutes, { context });
  await server.register(hourRoutes, { context });
  await server.register(staffRoutes, { context });
  await server.register(serviceRoutes, { context });
};
