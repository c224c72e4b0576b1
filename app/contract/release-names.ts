/** Names that the programs of a release and those who deploy and read them agree on. */

/** The programs that ECS calls, in the order of a release. */
export const RELEASE_HOOKS = ['before-scale-up', 'after-test-traffic', 'during-shift', 'after-release'] as const;
export type ReleaseHook = (typeof RELEASE_HOOKS)[number];

/** Begins the name of the database's snapshot before migrations (requirement B3); maintenance removes old ones. */
export const PRE_MIGRATION_PREFIX = 'pre-migration-';

/** Of the API's image: prepares the database for the release that the image is (app/migrate.ts). */
export const MIGRATION_COMMAND = ['node', '--enable-source-maps', 'bin/migrate.js'] as const;

/** The tag of a task definition that says who asked for the release. */
export const RELEASED_BY_TAG = 'released-by';
