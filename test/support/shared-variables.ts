/** The environment variables by which tests find Jest's main process, and what it shares with them. */

/** Where the main process answers, such as `http://127.0.0.1:40123`. */
export const SHARED_SERVER_VARIABLE = 'NAILBOOK_TEST_SERVER';

/** A folder that lasts as long as the run. */
export const SHARED_FOLDER_VARIABLE = 'NAILBOOK_TEST_FOLDER';
