import { parseChanges, withChanges } from '../../../bin/nailbook/changes';
import { environment } from '../../../lib/config/environments';

const staging = environment('staging');
const changed = (text: string) => withChanges(staging, parseChanges(text));

describe('A change', () => {
  test('is read as the kind of value that it is', () => {
    const config = changed('database.multiAz=true,database.storageGib=100,cache.nodeType=cache.r6g.large');
    expect(config).toMatchObject({
      database: { multiAz: true, storageGib: 100 },
      cache: { nodeType: 'cache.r6g.large' },
    });
  });

  test('leaves everything else, and the original, as it was', () => {
    expect(changed('database.storageGib=100')).toEqual({
      ...staging,
      database: { ...staging.database, storageGib: 100 },
    });
    expect(staging.database.storageGib).toBe(50);
  });

  test('may be a list, with brackets or without', () => {
    const both = ['ecr.api', 'logs'];
    expect(changed('network.interfaceEndpoints=ecr.api,logs,network.natGateways=2').network).toMatchObject({
      interfaceEndpoints: both,
      natGateways: 2,
    });
    expect(changed('network.interfaceEndpoints=["ecr.api","logs"]').network.interfaceEndpoints).toEqual(both);
  });

  test('may be a whole group, and may remove one', () => {
    const { service } = changed(
      'service.deployment={"strategy":"linear","stepPercent":25,"stepMinutes":5,"bakeMinutes":15}',
    );
    expect(service.deployment.strategy).toBe('linear');
    expect(changed('recovery=null').recovery).toBeUndefined();
  });

  test('may set a field that is open', () => {
    expect(changed('recovery.copyRegions=["us-west-2"]').recovery?.copyRegions).toEqual(['us-west-2']);
  });

  test.each([
    [
      'database.instanceClass=r6g.large',
      'database.instanceClass, which is no field of staging (did you mean database.instanceType?)',
    ],
    ['databse.multiAz=true', 'databse.multiAz, which is no field of staging (did you mean database.multiAz?)'],
    ['database.instanceType=r6g.huge', 'database.instanceType is "r6g.huge": allowed is one of'],
    ['database.multiAz', '--with has "database.multiAz": allowed is key=value'],
  ])('%s is refused with what is wrong', (text, message) => {
    expect(() => changed(text)).toThrow(message);
  });
});
