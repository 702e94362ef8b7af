import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FAILURE_CODES } from '../../src/contract';

test('docs/operations.md explains each cause that `failed` lists, and no other', () => {
  const page = readFileSync(join(__dirname, '..', '..', 'docs', 'operations.md'), 'utf8');
  const [, table] = page.split('| last error | meaning | where to look |\n');
  const rows = table.split('\n\n')[0].split('\n').slice(1);
  const codes = rows.map(row => /^\| `(\w+)` \| .+ \| .+ \|$/.exec(row)?.[1]);
  expect(codes).toEqual([...FAILURE_CODES, 'NotRecorded']);
});
