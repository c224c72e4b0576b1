#!/usr/bin/env node
/** Lets `npx nailbook` run the TypeScript beside it, from any folder of a clone, without a build. */
async function start() {
  try {
    await import('tsx');
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    console.error('nailbook: its packages are missing. Run `npm ci` in the project first.');
    process.exit(1);
  }
  await import('./nailbook.ts');
}

void start();
