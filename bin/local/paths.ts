/** Where the local platform keeps its things: everything in one folder, which may be deleted to start afresh. */
import { join, resolve } from 'node:path';

export const ROOT = join(__dirname, '../..');

/** Another folder than `.local` makes another platform, for a test or to run two. */
const LOCAL_FOLDER_VARIABLE = 'NAILBOOK_LOCAL_FOLDER';

const folder = resolve(ROOT, process.env[LOCAL_FOLDER_VARIABLE] || '.local');

export const PATHS = {
  folder,
  data: join(folder, 'postgres'),
  postgresLog: join(folder, 'postgres.log'),
  apiBundle: join(folder, 'api'),
  sites: join(folder, 'sites'),
  apiLog: join(folder, 'api.log'),
  secrets: join(folder, 'secrets.json'),
  demo: join(folder, 'demo.json'),
  /** Headers of a signed-in customer, for `curl -H @file`. */
  customerHeaders: join(folder, 'customer.headers'),
} as const;

/** The socket that a running platform listens on, relative to `folder`: a socket's path may have about 100 characters at most. */
export const RUN_SOCKET = 'run.sock';
