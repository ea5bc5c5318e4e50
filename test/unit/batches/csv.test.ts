import { csvOf, rowsOfCsv } from '../../../shared/batches/csv';
import { Problem } from '../../../shared/api/problems';

const refused = (text: string): Problem => {
  try {
    rowsOfCsv(text);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('It was read.');
};

it.each([
  ['line feeds', 'network,name\none,hv-1\none,hv-2\n'],
  ['carriage returns, no line end at the end', 'network,name\r\none,hv-1\r\none,hv-2'],
  ['a byte order mark', '\uFEFFnetwork,name\r\none,hv-1\r\none,hv-2\r\n'],
  ['quotes', '"network","name"\n"one","hv-1"\none,"hv-2"\n'],
  ['empty lines and spaces', 'network , name\n\n one,hv-1 \n\none , hv-2\n\n'],
])('reads a text with %s', (_, text) => {
  expect(rowsOfCsv(text)).toEqual([
    { network: 'one', name: 'hv-1' },
    { network: 'one', name: 'hv-2' },
  ]);
});

it('reads commas, quotes and line ends inside quotes', () => {
  expect(rowsOfCsv('name,ticket\nhv-1,"a, ""b""\nc"\n')).toEqual([{ name: 'hv-1', ticket: 'a, "b"\nc' }]);
});

it('leaves empty cells out, and short rows short', () => {
  expect(rowsOfCsv('name,size,ticket\nhv-1,,T1\nhv-2\n')).toEqual([
    { name: 'hv-1', ticket: 'T1' },
    { name: 'hv-2' },
  ]);
});

it('gives numbers where numbers are asked for, and texts elsewhere', () => {
  const text = 'name,osDiskSizeGb,priority,zone,ticket\nhv-1,256,high,1,42\n';
  expect(rowsOfCsv(text)).toEqual([
    { name: 'hv-1', osDiskSizeGb: 256, priority: 'high', zone: '1', ticket: '42' },
  ]);
});

it('names every column that is unknown or there twice, and every row that is too long', () => {
  expect(refused('name,colour,name\nhv-1,red,hv-1,more\n').more.errors).toEqual([
    expect.objectContaining({ row: 0, column: 'colour' }),
    expect.objectContaining({ row: 0, column: 'name', detail: 'This column is there twice.' }),
    expect.objectContaining({ pointer: '/rows/0', row: 1 }),
  ]);
});

it.each([
  ['nothing', ''],
  ['an open quote', 'name\n"hv-1\n'],
  ['a quote in the middle', 'name\nhv"-1\n'],
])('refuses %s', (_, text) => {
  expect(refused(text).slug).toBe('invalid-csv');
});

it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tcmd', '=HYPERLINK("https://example.org")'])(
  'defuses %j, which a spreadsheet would carry out',
  (cell) => {
    const [, line = ''] = csvOf(['message'], [[cell]]).split('\r\n');
    expect(line.replace(/^"/, '')).toMatch(/^'/);
  },
);
