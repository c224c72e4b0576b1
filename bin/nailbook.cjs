#!/usr/bin/env node
/** Lets `npx nailbook` run the TypeScript beside it, from any folder of a clone, without a build. */
try {
  require('tsx/cjs');
} catch (error) {
  if (error.code !== 'MODULE_NOT_FOUND') throw error;
  console.error('nailbook: its packages are missing. Run `npm ci` in the project first.');
  process.exit(1);
}
require('./nailbook.ts');
