/** The environment variables through which a container, a Lambda or `npm start` configures the programs in `app/`. */

export const ENVIRONMENT_VARIABLES = {
  /** `local`, `dev`, `staging` or `production`; a label in logs and metrics, never a switch of behaviour. */
  environment: 'NAILBOOK_ENVIRONMENT',
  /** Version of the running image, as shown by the health page and in every log line. */
  version: 'NAILBOOK_VERSION',
  port: 'PORT',
  /** Interface to listen on; `0.0.0.0` in a container, `127.0.0.1` locally. */
  host: 'HOST',
  /** Regions with stacks of the environment, separated by commas; only drift detection has it. */
  stackRegions: 'STACK_REGIONS',
  /** `fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`. */
  logLevel: 'LOG_LEVEL',
  /** `postgresql://` URL of the primary. Either this or host, name and secret below. */
  databaseUrl: 'DATABASE_URL',
  databaseHost: 'DATABASE_HOST',
  databasePort: 'DATABASE_PORT',
  databaseName: 'DATABASE_NAME',
  /** ARN of the secret with `username` and `password`; read at each connection, so that a rotation needs no restart. */
  databaseSecretArn: 'DATABASE_SECRET_ARN',
  /** ARN of the secret of the login that may set the other logins' passwords; only the rotation has it. */
  databaseAdminSecretArn: 'DATABASE_ADMIN_SECRET_ARN',
  /** ARNs of the secrets of the other two logins; only migrations have them. */
  databaseOwnerSecretArn: 'DATABASE_OWNER_SECRET_ARN',
  databaseMaintenanceSecretArn: 'DATABASE_MAINTENANCE_SECRET_ARN',
  /** Hosts of the read replicas, separated by commas, each as good as the other; unset means that reads go to the primary. */
  databaseReaderHost: 'DATABASE_READER_HOST',
  /** Local counterpart of the reader host. */
  databaseReaderUrl: 'DATABASE_READER_URL',
  /** Connections of one task to the primary (requirement C10: 20, and 10 more under load). */
  databasePoolSize: 'DATABASE_POOL_SIZE',
  databasePoolOverflow: 'DATABASE_POOL_OVERFLOW',
  /** `rediss://` URL of the cache without credentials; unset means the in-process cache. */
  cacheUrl: 'CACHE_URL',
  /** ARN of the secret whose whole text is the cache's auth token; unset where the cache wants none. */
  cacheSecretArn: 'CACHE_SECRET_ARN',
  /** Requests a minute of one identity, and of one address, over all tasks; unset is no limit. */
  rateLimitPerIdentity: 'RATE_LIMIT_PER_IDENTITY',
  rateLimitPerAddress: 'RATE_LIMIT_PER_ADDRESS',
  /** Requests that one task works on at a time at most; further ones are answered 503 at once (default 1,000). */
  maxRequestsUnderWay: 'MAX_REQUESTS_UNDER_WAY',
  /** HMAC key of the platform's own access tokens (local), or the ARN of the secret that holds it. */
  tokenKey: 'TOKEN_KEY',
  tokenKeySecretArn: 'TOKEN_KEY_SECRET_ARN',
  /**
   * ARN of `nailbook/<environment>/line`, the platform's own channel, for salons without one: JSON with `channel_id` and
   * `channel_secret`; `login_channel_id`, where ID tokens are issued to another channel; `bot_user_id`, to compare with a webhook's
   * destination. Unset: such salons send nothing.
   */
  lineSecretArn: 'LINE_SECRET_ARN',
  /** The same JSON as text, on a machine without AWS. */
  lineSecret: 'LINE_SECRET',
  /** Base URL of LINE's API; another one only for a stand-in. */
  lineApiUrl: 'LINE_API_URL',
  /** KMS key that encrypts the merchants' own LINE credentials. */
  credentialsKeyArn: 'CREDENTIALS_KEY_ARN',
  /** 32 bytes in base64 that take the KMS key's place on a machine without AWS. */
  credentialsKey: 'CREDENTIALS_KEY',
  /** Bucket of the salons' pictures; unset means that uploads are refused. */
  uploadsBucket: 'UPLOADS_BUCKET',
  /** Origins of the three sites, separated by commas, such as https://book.example.com: their pages may use the API from a browser. */
  siteOrigins: 'SITE_ORIGINS',
  /** Folder of the built sites, which the API then serves itself; unset in AWS, where CloudFront does. */
  sitesFolder: 'SITES_FOLDER',
  /** `true` makes this task the one that judges alerts; unset lets the tasks elect one; `false` keeps this one out of it. */
  workerLeader: 'WORKER_LEADER',
  /** Where alerts are told, in Alertmanager's format and in Slack's; unset: they are only shown and logged. */
  alertWebhookUrl: 'ALERT_WEBHOOK_URL',
  slackWebhookUrl: 'SLACK_WEBHOOK_URL',
  /** Base URL of the pages of docs/runbooks/, and URL of the first dashboard: for the links in messages about alerts. */
  runbooksUrl: 'RUNBOOKS_URL',
  dashboardUrl: 'DASHBOARD_URL',
  /** Queue of SQS that takes the place of the alerts' webhook, on AWS. */
  alertQueueUrl: 'ALERT_QUEUE_URL',
  /** For the routing of alerts: the queue of what is to be sent, and the one of what could not be. */
  alertPostsQueueUrl: 'ALERT_POSTS_QUEUE_URL',
  alertDeadQueueUrl: 'ALERT_DEAD_QUEUE_URL',
  /** Table of what was told to whom. */
  incidentTable: 'INCIDENT_TABLE',
  /** ARN of the secret that says where the receivers are. */
  alertSecretArn: 'ALERT_SECRET_ARN',
  /** Address that e-mail about alerts comes from. */
  alertSender: 'ALERT_SENDER',
  /** Bucket with the records of releases (below RELEASES_PREFIX); unset means that there are none. */
  releasesBucket: 'RELEASES_BUCKET',
  /** The release whose record the migrations complete. */
  releaseId: 'RELEASE_ID',
  /** Role of the task that migrates, and base URL of the side under test; only hooks of releases have them. */
  migrationRoleArn: 'MIGRATION_ROLE_ARN',
  greenUrl: 'GREEN_URL',
  /** Identifier in RDS of the database: of its instance, or of its cluster when the engine is Aurora. */
  databaseIdentifier: 'DATABASE_IDENTIFIER',
  /** `postgresql` or `aurora-postgresql`. */
  databaseEngine: 'DATABASE_ENGINE',
  /** Days of point-in-time recovery that are configured. */
  backupRetentionDays: 'BACKUP_RETENTION_DAYS',
  /** Region to which RDS replicates the automated backups; unset where there is none. */
  backupReplicaRegion: 'BACKUP_REPLICA_REGION',
  /** Vault of AWS Backup, the same name in every region; unset where there is none. */
  backupVault: 'BACKUP_VAULT',
  /** Regions, separated by commas, to which its recovery points are copied. */
  backupCopyRegions: 'BACKUP_COPY_REGIONS',
  /** Bucket of the logical dumps. */
  backupsBucket: 'BACKUPS_BUCKET',
  /** Identifier of the cache's replication group. */
  cacheGroup: 'CACHE_GROUP',
  /** Days that daily and monthly dumps and the cache's snapshots are kept. */
  dailyBackupDays: 'DAILY_BACKUP_DAYS',
  monthlyBackupDays: 'MONTHLY_BACKUP_DAYS',
  cacheSnapshotDays: 'CACHE_SNAPSHOT_DAYS',
  /** Where a restored copy stands while it is looked at. */
  restoreSubnetGroup: 'RESTORE_SUBNET_GROUP',
  restoreSecurityGroup: 'RESTORE_SECURITY_GROUP',
  /** GiB that the database's storage may grow to. */
  databaseMaxGib: 'DATABASE_MAX_GIB',
  /** The load balancer as CloudWatch names it: `app/name/id`. */
  loadBalancer: 'LOAD_BALANCER',
  /** Tasks that the API may be scaled to. */
  maxTasks: 'MAX_TASKS',
  /** Maintenance tasks that have a schedule, separated by commas; only the one that watches them has it. */
  scheduledTasks: 'SCHEDULED_TASKS',
  /** Zone in which a day begins for the business. */
  timeZone: 'TIME_ZONE',
} as const;
