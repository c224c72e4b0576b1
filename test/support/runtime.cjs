/**
 * Jest's runtime, but for the large packages that every second test file needs: each worker loads those once, as Node does, in place of once for
 * every file. It takes a fifth off the whole run.
 *
 * Only packages that keep nothing from one test to the next belong here, and none whose errors the code under test knows by `instanceof Error`:
 * they have classes of their own in here, as Node's own modules do.
 */
const { createRequire } = require('node:module');
const { default: JestRuntime } = require('jest-runtime');

const SHARED = /^(aws-cdk-lib|constructs|cdk-nag|ajv|ajv-formats|zod)(\/|$)/;

module.exports = class extends JestRuntime {
  requireModuleOrMock(from, name) {
    return SHARED.test(name) ? createRequire(from)(name) : super.requireModuleOrMock(from, name);
  }
};
