/** Things of one kind, one a row. Where a table would be cut off, as on a phone, each row stands by itself. */
import { Box, Button, Group, Table } from '@mantine/core';
import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Empty, Failure } from '../shared/parts/states';
import classes from './data-table.module.css';
import { Loaded } from './loaded';
import { useStaffTexts } from './texts';

export interface Column<Row> {
  title: string;
  render: (row: Row) => ReactNode;
  /** Figures stand at the right, below each other. */
  numeric?: boolean;
}

interface TableProps<Row> {
  /** What the rows are, for who does not see what stands above them. */
  label: string;
  columns: readonly Column<Row>[];
  keyOf: (row: Row) => string;
  /** Takes the table's place while there is no row. */
  empty: string;
}

export function DataTable<Row>({
  label,
  columns,
  keyOf,
  empty,
  rows,
}: TableProps<Row> & { rows: readonly Row[] }): ReactNode {
  if (rows.length === 0) return <Empty text={empty} />;
  return (
    // Wider than its place, it is scrolled, also by the keyboard.
    <Box component="section" className={classes['container'] ?? ''} aria-label={label} tabIndex={0}>
      <Table className={classes['table'] ?? ''} verticalSpacing="sm" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Table.Th key={column.title} data-numeric={column.numeric}>
                {column.title}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={keyOf(row)}>
              {columns.map((column) => (
                <Table.Td key={column.title} data-column={column.title} data-numeric={column.numeric}>
                  <div>{column.render(row)}</div>
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Box>
  );
}

/** The same for rows that the API hands out in pages. */
export function PagedTable<Row>({
  pages,
  ...table
}: TableProps<Row> & { pages: UseInfiniteQueryResult<Row[]> }): ReactNode {
  return (
    <Loaded query={pages}>
      {(rows) => (
        <>
          <DataTable {...table} rows={rows} />
          <More pages={pages} />
        </>
      )}
    </Loaded>
  );
}

/** Asks for the next page, below those that are there. */
export function More({ pages }: { pages: UseInfiniteQueryResult }): ReactNode {
  const t = useStaffTexts();
  if (!pages.hasNextPage) return null;
  return (
    <>
      {pages.isFetchNextPageError && <Failure error={pages.error} />}
      <Group mt="md">
        <Button variant="default" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          {t('more')}
        </Button>
      </Group>
    </>
  );
}
