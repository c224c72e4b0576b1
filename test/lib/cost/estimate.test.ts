import { compare } from '../../../lib/cost/compare';
import { MissingPrice } from '../../../lib/cost/price-table';
import { exactly } from '../../../lib/cost/range';
import { parseSaved, save } from '../../../lib/cost/saved';
import { environment } from '../../../lib/config/environments';
import { parseEnvironment } from '../../../lib/config/schema';
import type { RegionRole } from '../../../lib/platform-stack';
import { estimateOf, resource } from '../../support/cost';

const key = (place = {}) => resource('AWS::KMS::Key', {}, place);
const acl = (role: RegionRole) => resource('AWS::WAFv2::WebACL', { Scope: 'REGIONAL' }, { role });
const prices = { 'key.month': 1, 'secret.month': 0.4, 'firewall.acl': 5, 'firewall.request': 1e-6 } as const;

describe('An estimate', () => {
  test('adds up like things of one region in one line, the dearest first', () => {
    const secret = resource('AWS::SecretsManager::Secret');
    const { parts, monthly } = estimateOf({
      resources: [secret, key(), secret, key(), key({ region: 'us-west-2' })],
      prices,
    });
    expect(parts).toHaveLength(1);
    expect(parts[0]?.lines.map(({ item, region, quantity }) => [item, region, quantity.expected])).toEqual([
      ['KMS key', 'ap-northeast-1', 2],
      ['KMS key', 'us-west-2', 1],
      ['Secret', 'ap-northeast-1', 2],
    ]);
    expect(monthly).toEqual(exactly(3.8));
  });

  test('leaves out what is free for a reason', () => {
    expect(estimateOf({ resources: [resource('AWS::IAM::Role')], prices })).toMatchObject({
      monthly: exactly(0),
      parts: [],
      missing: [],
    });
  });

  test('names, once, a type of resource that nobody gave a price or a reason', () => {
    const { missing } = estimateOf({
      resources: [resource('AWS::MSK::Cluster'), resource('AWS::MSK::Cluster')],
      prices,
    });
    expect(missing).toEqual([
      'AWS::MSK::Cluster has neither a price in lib/cost/parts nor a reason for none in lib/cost/free.ts',
    ]);
  });

  test('names a resource whose properties tell no cost, and prices the rest', () => {
    const odd = resource('AWS::S3::Bucket', {}, { id: 'Treasure', stack: 'nailbook-production-storage' });
    const { missing, monthly } = estimateOf({ resources: [odd, key()], prices });
    expect(missing).toEqual([expect.stringContaining('AWS::S3::Bucket Treasure in nailbook-production-storage holds')]);
    expect(monthly).toEqual(exactly(1));
  });

  test('refuses a region that the table does not have, with the remedy', () => {
    const gateway = resource('AWS::EC2::NatGateway', {}, { region: 'ap-southeast-1' });
    const refused = () => estimateOf({ resources: [gateway], prices });
    expect(refused).toThrow(MissingPrice);
    expect(refused).toThrow(/no prices of ap-southeast-1: allowed is one of ap-northeast-1, us-west-2.*--refresh/);
  });

  test('gives a region on standby no traffic, and an active one its share', () => {
    const usage = { requestsPerMonth: 10e6 };
    const standby = estimateOf({ resources: [acl('first'), acl('standby')], prices, usage });
    expect(standby.monthly.expected).toBeCloseTo(2 * 5 + 10, 6);

    const config = environment('production');
    const { recovery } = config;
    const second = { ...recovery?.secondRegion, role: 'active', weightPercent: 20 };
    const both = parseEnvironment({ ...config, recovery: { ...recovery, secondRegion: second } });
    const active = estimateOf({ resources: [acl('first'), acl('active')], prices, usage, config: both });
    expect(active.parts.map(({ part, monthly }) => [part, monthly.expected])).toEqual([
      ['Firewall', 5 + 8],
      ['Second region', 5 + 2],
    ]);
  });

  test('takes a known quantity for least, expected and most', () => {
    const { monthly } = estimateOf({ resources: [acl('first')], prices, usage: { requestsPerMonth: 1e6 } });
    expect(monthly).toEqual(exactly(6));
  });
});

describe('A comparison', () => {
  const before = estimateOf({ resources: [key(), resource('AWS::SecretsManager::Secret')], prices });
  const after = estimateOf({
    resources: [key(), key(), resource('AWS::WAFv2::WebACL')],
    prices,
    usage: { requestsPerMonth: 0 },
  });
  const changed = compare(before, after, { before: 'then', after: 'now' });

  test('shows what came, what went and what grew, and nothing that stayed', () => {
    const lines = changed.parts.flatMap(({ lines }) => lines.map(({ item, change }) => [item, change.expected]));
    expect(lines).toEqual([
      ['Web ACL', 5],
      ['KMS key', 1],
      ['Secret', -0.4],
    ]);
    expect(changed.monthly.change.expected).toBeCloseTo(5.6, 6);
    expect(compare(before, before, { before: 'then', after: 'now' }).parts).toEqual([]);
  });

  test('shows a change that is only seen at the most', () => {
    const rotated = estimateOf({ resources: [resource('AWS::KMS::Key', { EnableKeyRotation: true })], prices });
    const plain = estimateOf({ resources: [key()], prices });
    expect(compare(plain, rotated, { before: 'then', after: 'now' }).parts[0]?.lines[0]?.change).toEqual({
      min: 0,
      expected: 0,
      max: 2,
    });
  });

  test('is possible between two commits by way of a file', () => {
    const [read] = parseSaved(JSON.stringify(save([before]))).environments;
    expect(read).toEqual(before);
  });

  test.each([
    ['not JSON', /JSON/],
    ['{"format":2}', /format is not what "nailbook cost --json" prints/],
    ['{"format":1,"currency":"USD","per":"month","environments":[{}]}', /environments\.0\.environment is not/],
  ])('with a file that says %s is refused', (text, message) => {
    expect(() => parseSaved(text)).toThrow(message);
  });
});
