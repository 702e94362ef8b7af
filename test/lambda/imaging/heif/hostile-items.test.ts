import { Bytes } from '../../../../lambda/imaging/headers/bytes';
import { prepare } from '../../../../lambda/imaging/heif/prepare';
import { be16, be32, box, fullBox, hex, ispe, reference } from '../support/files';
import { mustEnd } from '../support/must-end';
import { readRejection } from '../support/read';

interface Hostile {
  /** Boxes of ids and types, with more bytes after them. */
  readonly entries: readonly Buffer[];
  readonly references: readonly Buffer[];
  readonly properties?: readonly Buffer[];
  /** Ids of items with the second property. */
  readonly users?: readonly number[];
}

const GRID = 1;
const TILE = 2;

const entry = (id: number, type: string, behind = 0): Buffer =>
  fullBox('infe', 2, be16(id, 0), Buffer.from(`${type}\0`), Buffer.alloc(behind));

/** A grid: the primary item names its sources. No test decodes it. */
function buildGrid({ entries, references, properties = [], users = [] }: Hostile): Buffer {
  const associations = [hex('0001 01 01'), ...users.map(id => Buffer.concat([be16(id), hex('01 02')]))];
  const meta = fullBox('meta', 0,
    fullBox('pitm', 0, be16(GRID)),
    fullBox('iinf', 0, be16(1 + entries.length), entry(GRID, 'grid'), ...entries),
    fullBox('iref', 0, ...references),
    box(
      'iprp', box('ipco', ispe(256, 96), ...properties), fullBox('ipma', 0, be32(associations.length), ...associations),
    ));
  return Buffer.concat([box('ftyp', Buffer.from('avif\0\0\0\0mif1avif')), meta]);
}

const times = <T>(count: number, value: T): T[] => Array<T>(count).fill(value);
const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);
const prepareGrid = (file: Hostile) => prepare(new Bytes(buildGrid(file), 'HEIF'));

test.each<[string, Hostile]>([
  [
    'has a large entry',
    { entries: [entry(TILE, 'jpeg', 200_000)], references: [reference('dimg', GRID, ...times(100, TILE))] },
  ],
  ['has many references', {
    entries: [entry(TILE, 'jpeg')],
    references: [reference('dimg', GRID, ...times(100, TILE)), reference('thmb', TILE, ...range(10, 2000))],
  }],
])('rejects a grid of copies of an item that %s', (_what, file) => {
  expect(readRejection(() => prepareGrid(file))).toMatchObject({
    code: 'CORRUPT',
    message: expect.stringContaining('more than 100000 entries'),
  });
});

test('copies an item for each further use', () => {
  const prepared = prepareGrid({
    entries: [entry(TILE, 'jpeg')],
    references: [reference('dimg', GRID, ...times(300, TILE))],
  });
  const { bytes } = prepared as Extract<typeof prepared, { kind: 'item' }>;
  expect(Buffer.from(bytes).toString('latin1').match(/infe/g)).toHaveLength(2 + 1 + 300);
});

test('writes a large property of a thousand items once, without a comparison for each', () => {
  const users = range(10, 1000);
  const large = box('skip', Buffer.alloc(20_000_000));
  const entries = [entry(TILE, 'jpeg'), ...users.map(id => entry(id, 'av01'))];
  mustEnd(() => {
    const prepared = prepareGrid({
      entries,
      users,
      properties: [large],
      references: [reference('dimg', GRID, TILE, TILE)],
    });
    expect(prepared).toMatchObject({ kind: 'item' });
    expect((prepared as { bytes: Uint8Array }).bytes.length).toBeLessThan(2.1 * large.length);
  });
});
