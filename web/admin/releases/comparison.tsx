/** What both sides of a release did while they served together. */
import { Table } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Release } from '../../shared/api/schema';
import { useTexts } from '../texts';

type Figures = NonNullable<Release['measurements'][number]['comparison']>;

export function Comparison({ comparison: { greenSharePercent, green, blue } }: { comparison: Figures }): ReactNode {
  const t = useTexts();
  const sides = [
    [t('releases.green', { percent: greenSharePercent }), green],
    [t('releases.blue', { percent: 100 - greenSharePercent }), blue],
  ] as const;
  return (
    <Table maw={640} my="xs">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('releases.side')}</Table.Th>
          <Table.Th ta="right">{t('releases.requests')}</Table.Th>
          <Table.Th ta="right">{t('releases.errors')}</Table.Th>
          <Table.Th ta="right">P95</Table.Th>
          <Table.Th ta="right">{t('releases.bookings')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody className="numbers">
        {sides.map(([name, { requests, errors, p95Seconds, bookings }]) => (
          <Table.Tr key={name}>
            <Table.Td>{name}</Table.Td>
            <Table.Td ta="right">{requests.toLocaleString('en-US')}</Table.Td>
            <Table.Td ta="right">{errors.toLocaleString('en-US')}</Table.Td>
            <Table.Td ta="right">{p95Seconds === null ? '–' : `${Math.round(p95Seconds * 1000)} ms`}</Table.Td>
            <Table.Td ta="right">{bookings === null ? '–' : bookings.toLocaleString('en-US')}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
