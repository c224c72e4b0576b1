/** What files and the sites cost: buckets by what lies in them, and CloudFront. */
import { besides, charge, type Context, type Line, type Pricer } from '../line';
import { calculate, exactly, times, type Range } from '../range';
import { UnknownCost, isProperties, listOf, objectOf, type Properties, type Resource } from '../resources';
import { gigabytes } from '../usage';

const part = 'Files and sites';

/** A custom-format dump is about a third of the data, without indexes and compressed. */
const DUMP_SHARE = 0.3;

/** A picture as a phone takes it, reduced by the site before it is sent. */
const PICTURE_GB = 0.002;

/** Compressed access log of one request to the load balancer or the sites. */
const ACCESS_LOG_KB = 0.15;

/** Pages, scripts and pictures of one site. */
const SITE_GB = 0.05;

/** Files that the browser asks for in one visit. */
const REQUESTS_PER_VISIT = 10;

/** What is in a bucket, by the beginning of its id in the template. */
const CONTENTS: [RegExp, (bucket: Resource, context: Context) => Line[]][] = [
  [/^Uploads/, uploads],
  [/^Backups/, dumps],
  [/Logs/, accessLogs],
  [/Site/, (bucket, context) => [kept(bucket, context, exactly(SITE_GB), 'Sites')]],
];

const bucket: Pricer = (files, context) => {
  const [, contents] = CONTENTS.find(([id]) => id.test(files.id)) ?? [];
  if (!contents) throw new UnknownCost(files, 'holds something that lib/cost/parts/files.ts does not know');
  return contents(files, context);
};

function uploads(files: Resource, context: Context): Line[] {
  // A copy in a region that serves nobody is written by replication, which is counted where it begins.
  if (files.role === 'first' && files.region !== context.config.region) {
    const { uploadsGb } = context.usage;
    return [
      charge(files, context, {
        part: 'Backups and recovery',
        product: 'files.gb',
        quantity: uploadsGb,
        item: 'Uploads, copied',
      }),
    ];
  }
  const { uploadsGb, uploadsPerMonth, uploadsViewedGb } = context.usage;
  const rules = listOf(objectOf(files.properties, 'ReplicationConfiguration'), 'Rules').filter(isProperties);
  return [
    kept(files, context, uploadsGb, 'Uploads'),
    charge(files, context, { part, product: 'files.write', quantity: times(uploadsPerMonth, 1 + rules.length) }),
    charge(files, context, { part, product: 'files.read', quantity: times(uploadsViewedGb, 1 / PICTURE_GB) }),
    charge(files, context, {
      part: 'Data transfer',
      product: 'transfer.out',
      quantity: uploadsViewedGb,
      item: 'Uploads that are looked at',
    }),
    ...rules.flatMap((rule) => replication(files, context, rule)),
  ];
}

function replication(files: Resource, context: Context, rule: Properties): Line[] {
  const quantity = times(context.usage.uploadsPerMonth, PICTURE_GB);
  const over = {
    part: 'Backups and recovery',
    product: 'transfer.region',
    quantity,
    item: 'Uploads replicated',
  } as const;
  const lines = [charge(files, context, over)];
  if (objectOf(objectOf(rule, 'Destination'), 'ReplicationTime')['Status'] === 'Enabled') {
    lines.push(charge(files, context, { part: 'Backups and recovery', product: 'files.on-time', quantity }));
  }
  return lines;
}

function dumps(files: Resource, context: Context): Line[] {
  // They are made where the database is written.
  if (files.role !== 'first') return [];
  const { dailyBackupDays, monthlyBackupDays } = context.config.storage;
  const count = dailyBackupDays + monthlyBackupDays / 30;
  return [kept(files, context, times(context.usage.databaseGb, DUMP_SHARE * count), 'Dumps of the database')];
}

function accessLogs(files: Resource, context: Context): Line[] {
  const { requestsPerMonth, siteVisitsPerMonth } = context.usage;
  const requests = calculate(
    [requestsPerMonth, siteVisitsPerMonth],
    (api, visits) => api + visits * REQUESTS_PER_VISIT,
  );
  const months = context.config.storage.logDays / 30;
  const perBucket = besides(context, files.type).filter(({ id }) => id.includes('Logs')).length;
  const quantity = times(gigabytes(requests, exactly(ACCESS_LOG_KB)), months / perBucket);
  return [kept(files, context, quantity, 'Access logs')];
}

function kept(files: Resource, context: Context, quantity: Range, item: string): Line {
  return charge(files, context, { part, product: 'files.gb', quantity, item });
}

const distribution: Pricer = (site, context) => {
  const { siteVisitsPerMonth, visitKb } = context.usage;
  const visits = times(siteVisitsPerMonth, 1 / besides(context, site.type).length);
  return [
    charge(site, context, { part, product: 'edge.gb', quantity: gigabytes(visits, visitKb) }),
    charge(site, context, { part, product: 'edge.request', quantity: times(visits, REQUESTS_PER_VISIT) }),
  ];
};

const edgeFunction: Pricer = (code, context) => [
  charge(code, context, {
    part,
    product: 'edge.function',
    quantity: times(context.usage.siteVisitsPerMonth, REQUESTS_PER_VISIT / besides(context, code.type).length),
  }),
];

const webAcl: Pricer = (acl, context) => {
  const { requestsPerMonth, siteVisitsPerMonth } = context.usage;
  const sites = acl.properties['Scope'] === 'CLOUDFRONT';
  const requests = sites ? times(siteVisitsPerMonth, REQUESTS_PER_VISIT) : requestsPerMonth;
  const rules = exactly(listOf(acl.properties, 'Rules').length);
  return [
    charge(acl, context, { part: 'Firewall', product: 'firewall.acl', quantity: exactly(1) }),
    charge(acl, context, { part: 'Firewall', product: 'firewall.rule', quantity: rules }),
    charge(acl, context, { part: 'Firewall', product: 'firewall.request', quantity: requests }),
  ];
};

export const files: Record<string, Pricer> = {
  'AWS::S3::Bucket': bucket,
  'AWS::CloudFront::Distribution': distribution,
  'AWS::CloudFront::Function': edgeFunction,
  'AWS::WAFv2::WebACL': webAcl,
};
