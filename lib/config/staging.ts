/** staging: follows the branch `main`; shaped like production, smaller, so that a release is judged where it cannot hurt. */
import type { EnvironmentInput } from './schema';

export const staging: EnvironmentInput = {
  name: 'staging',
  account: '222222222222', // an example: put your own account here
  zones: ['ap-northeast-1a', 'ap-northeast-1c', 'ap-northeast-1d'], // the same three as production (A2)
  terminationProtection: true,
  logDays: 90, // E5, full monitoring (A1)

  domain: {
    name: 'staging.nailbook.example', // an example: put your own name here
    hostedZoneId: 'Z0EXAMPLESTAGING', // an example
  },

  network: {
    cidr: '10.20.0.0/16', // apart from dev and production, so that the three could be peered
    natGateways: 1, // A2: one in staging
  },

  database: {
    instanceType: 't3.large', // A1
    multiAz: false, // half the price; failover is rehearsed in production's game days
    storageGib: 50, // a month of test bookings
    maxStorageGib: 200,
    backupRetentionDays: 7, // a failed migration is noticed within the week
    deletionProtection: true,
    applyImmediately: true, // a change is seen at once, before production takes it in its window
  },

  cache: {
    nodeType: 'cache.t4g.small', // the load test's working set
    replicas: 1, // production-like: clients meet a failover here first
    snapshotRetentionDays: 1, // the restore is exercised, nothing more
  },

  edge: { firewall: { apiRequestsPer5Minutes: 60_000 } }, // the load test's

  service: {
    cpu: 512,
    memoryMib: 1024,
    minTasks: 2, // two tasks, so that the election of a leader is exercised
    maxTasks: 4, // the load test reaches them
    deployment: { strategy: 'blue-green', bakeMinutes: 15 }, // B1: what production does
    requestsPerIdentity: 12_000, // the load test is one customer at one address
    requestsPerAddress: 12_000,
  },

  monitoring: { monthlyBudgetUsd: 650 }, // A1: full; a third more than `nailbook cost` expects

  access: {
    repository: 'nailbook-example/nailbook',
    deployEnvironment: 'staging', // deployed from `main` without approval (A1)
    testsSignIn: true, // B5: end-to-end and load tests book here
  },

  alerting: { fallbackEmails: ['on-call@nailbook.example'] }, // an example: put an address of your own here

  metricsHost: { volumeGib: 20, retentionDays: 30 }, // E2, full monitoring (A1)

  recovery: { retentionDays: 7 }, // what the weekly restore test restores, on test data first
};
