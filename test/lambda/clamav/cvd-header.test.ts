import { database } from './support/database';
import { parseHeader } from '../../../lambda/clamav/cvd-header';

const FIELDS = [
  'ClamAV-VDB', '16 Sep 2021 08-32 -0400', '62', '6647427', '90', '137e50ee4b9f8f9b1b0e5a3f2a9f0b1c', 'X', 'sigmgr',
  '1631795562',
];
const header = (change: Record<number, string> = {}) =>
  Buffer.from(FIELDS.map((field, i) => change[i] ?? field).join(':').padEnd(512));

test('a header tells version and time', () => {
  expect(parseHeader(header())).toEqual({ version: 62, builtAt: Date.UTC(2021, 8, 16, 12, 32, 42) });
  expect(parseHeader(database('daily', { version: 7, builtAt: 1_600_000_000_999 }))).toEqual({
    version: 7,
    builtAt: 1_600_000_000_000,
  });
});

test.each([
  ['another beginning', header({ 0: 'ClamAV-XYZ' })],
  ['no time', header({ 8: '' })],
  ['a time that is none', header({ 8: '1e9' })],
  ['a time before all', header({ 8: '0' })],
  ['no version', header({ 2: '' })],
  ['too few fields', Buffer.from('ClamAV-VDB:x:62'.padEnd(512))],
  ['too few bytes', header().subarray(0, 511)],
  ['nothing', Buffer.alloc(0)],
])('%s is no header', (_what, bytes) => expect(parseHeader(bytes)).toBeUndefined());
