/** production: deployed by approval, highly available, copied to two other regions and standing by in one of them. */
import type { EnvironmentInput } from './schema';

export const production: EnvironmentInput = {
  name: 'production',
  account: '333333333333', // an example: put your own account here
  zones: ['ap-northeast-1a', 'ap-northeast-1c', 'ap-northeast-1d'], // A2: three; Tokyo has no zone b for new accounts
  terminationProtection: true,
  logDays: 90, // E5

  domain: {
    name: 'nailbook.example', // an example: put your own name here
    hostedZoneId: 'Z0EXAMPLEPRODUCTION', // an example
  },

  network: {
    cidr: '10.30.0.0/16', // apart from dev, staging and the second region
    natGateways: 3, // A2: one per zone
    // Every task start and every log line pass here: they keep working without NAT, and cost less than NAT's traffic price.
    interfaceEndpoints: ['ecr.api', 'ecr.dkr', 'logs', 'secretsmanager', 'kms'],
    flowLogs: 'all', // an intrusion is traced by what was accepted
  },

  database: {
    instanceType: 'r6g.xlarge', // A5: 4 vCPU, 32 GB; r6g.2xlarge for 500 bookings a second, r6g.4xlarge for 1,000
    multiAz: true, // A5
    readReplicas: 1, // C9: reads that may be 30 s old
    storageGib: 400, // from here on gp3 gives 12,000 operations a second; 500 bookings a second need about 5,000
    maxStorageGib: 2000, // two years at 10 % growth a month (E6)
    backupRetentionDays: 30, // A5
    backupWindow: '03:00-04:00', // A5, in Taipei, where the salons sleep
    deletionProtection: true, // A5
  },

  cache: {
    nodeType: 'cache.r6g.large', // A6
    replicas: 2, // A6: one copy in each other zone
    snapshotRetentionDays: 5, // A6
    snapshotWindow: '03:00-05:00', // A6
  },

  storage: {
    uploadVersionDays: 90, // A7
    dailyBackupDays: 30, // A7, D6
    monthlyBackupDays: 365, // D6
    logDays: 90, // E5
  },

  service: {
    cpu: 1024, // A4: 1 vCPU
    memoryMib: 2048, // A4: 2 GB
    minTasks: 3, // A4: one in each zone
    maxTasks: 20, // A4
    scaling: { cpuPercent: 70, memoryPercent: 80, cooldownSeconds: 300 }, // A4
    deployment: { strategy: 'canary', percent: 5, watchMinutes: 15, bakeMinutes: 15 }, // B1: 5 %, watch, all, 15 minutes more
    poolSize: 20, // C10
    poolOverflow: 10, // C10
  },

  monitoring: { monthlyBudgetUsd: 4400 }, // a third more than `nailbook cost` expects

  access: { repository: 'nailbook-example/nailbook', deployEnvironment: 'production' }, // approval is that environment's rule (A1)

  alerting: { fallbackEmails: ['on-call@nailbook.example'] }, // an example: put an address of your own here

  metricsHost: { volumeGib: 50, retentionDays: 90 }, // E2; a quarter to compare with

  recovery: {
    retentionDays: 35, // a day more than the longest month, and than RDS's own 30
    vaultLock: 'compliance', // the copy that even an intruder with every right cannot delete
    copyRegions: ['us-west-2', 'eu-west-1'], // A11
    secondRegion: {
      region: 'us-west-2', // A11
      zones: ['us-west-2a', 'us-west-2b', 'us-west-2c'],
      cidr: '10.31.0.0/16',
      role: 'standby', // pilot light: tier 1 within 1 h, 15 min of data
    },
  },
};
