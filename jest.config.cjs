const { availableParallelism } = require('node:os');

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  // The tests wait for databases and processes too: three workers keep two cores busy.
  maxWorkers: Math.ceil(availableParallelism() * 1.5),
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  // Tests that start and kill processes or ask for minutes have a command of their own, `npm run test:slow`, so that these stay quick.
  testPathIgnorePatterns: ['\\.slow\\.test\\.ts$'],
  runtime: '<rootDir>/test/support/runtime.cjs',
  // One embedded PostgreSQL for the whole run; each test file makes itself a database in it.
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  // Tests that start servers take seconds, and more on a busy machine: only a test that hangs should reach this.
  testTimeout: 30_000,
  transform: { '^.+\\.[cm]?[tj]s$': ['@swc/jest', { jsc: { target: 'es2023' } }] },
  // These packages are published as ES modules only, which Jest's CommonJS runtime cannot load untransformed.
  transformIgnorePatterns: [
    '/node_modules/(?!(typebox|@fastify/type-provider-typebox|fast-check|pure-rand|temporal-polyfill|temporal-utils|node-pg-migrate|glob|@seriousme/openapi-schema-validator)/)',
  ],
  collectCoverageFrom: ['app/**/*.ts', 'lib/**/*.ts', 'lambda/**/*.ts'],
  coverageDirectory: 'coverage',
};
