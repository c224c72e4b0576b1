import { table } from '../../../bin/nailbook/table';

describe('A table', () => {
  test('aligns its columns', () => {
    const rows = [
      ['NAT gateways', '99.86'],
      ['Logs', '7.00'],
    ];
    expect(table(rows, [{}, { align: 'right' }])).toEqual(['NAT gateways  99.86', 'Logs           7.00']);
  });

  test('wraps its last column into the width, between words', () => {
    const rows = [['zones', 'three, because the loss of one must leave two']];
    expect(table(rows, [{}, {}], 40)).toEqual(['zones  three, because the loss of one', '       must leave two']);
  });
});
