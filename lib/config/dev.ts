/** dev: the light environment that follows the branch `develop`; cheap, without redundancy, thrown away and made again at will. */
import type { EnvironmentInput } from './schema';

export const dev: EnvironmentInput = {
  name: 'dev',
  account: '111111111111', // an example: put your own account here
  zones: ['ap-northeast-1a', 'ap-northeast-1c', 'ap-northeast-1d'], // the same three as production (A2)
  terminationProtection: false, // made and deleted at will
  logDays: 14, // nobody looks further back here

  domain: {
    name: 'dev.nailbook.example', // an example: put your own name here
    hostedZoneId: 'Z0EXAMPLEDEV', // an example
  },

  network: {
    cidr: '10.10.0.0/16', // apart from staging and production, so that the three could be peered
    natGateways: 1, // egress may be down for an hour
  },

  database: {
    instanceType: 't4g.medium', // 4 GB hold the demo data; the cheapest class that PostgreSQL 18 likes
    multiAz: false, // down for the minutes of a restart
    storageGib: 20, // the least that gp3 takes
    maxStorageGib: 50, // a runaway test fills this and no more
    backupRetentionDays: 1, // the demo data can be loaded again
    deletionProtection: false,
    applyImmediately: true, // nobody is disturbed
  },

  cache: {
    nodeType: 'cache.t4g.micro', // a few sessions
    replicas: 0,
    snapshotRetentionDays: 0, // nothing in it is worth a snapshot
  },

  storage: {
    uploadVersionDays: 7,
    dailyBackupDays: 3,
    monthlyBackupDays: 30,
    logDays: 14,
    retain: false, // deleting the environment leaves nothing behind
  },

  service: {
    cpu: 256,
    memoryMib: 512,
    minTasks: 1,
    maxTasks: 2,
    deployment: { strategy: 'rolling', batchPercent: 100, maxUnavailablePercent: 0 }, // B1: rolling for dev
    poolSize: 5, // two tasks, and both again while they are replaced
    poolOverflow: 5,
    containerInsights: 'disabled', // basic monitoring (A1)
  },

  monitoring: { level: 'basic', monthlyBudgetUsd: 300 }, // A1: basic; a third more than `nailbook cost` expects

  access: { repository: 'nailbook-example/nailbook', deployEnvironment: 'dev' }, // deployed from `develop` without approval (A1)
};
