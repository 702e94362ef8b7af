import { buildLowerBound, buildUpperBound, parseInstant } from '../../../lambda/domain/created-range';

const after = (text: string) => buildLowerBound(parseInstant(text)!);
const before = (text: string) => buildUpperBound(parseInstant(text)!);

describe('parseInstant', () => {
  test.each([
    ['2026-11-22T10:15:30.123Z', '2026-11-22T10:15:30.123Z'],
    ['2026-11-22t10:15:30z', '2026-11-22T10:15:30.000Z'],
    ['2026-11-22T10:15:30+02:00', '2026-11-22T08:15:30.000Z'],
    ['2026-11-22T10:15:30-00:30', '2026-11-22T10:45:30.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
    ['0000-01-01T00:00:00Z', '0000-01-01T00:00:00.000Z'],
    ['0099-03-01T00:00:00Z', '0099-03-01T00:00:00.000Z'],
  ])('reads %s', (text, iso) => {
    expect(parseInstant(text)?.ms).toBe(Date.parse(iso));
  });

  test.each([
    '', '2026-11-22', '2026-11-22T10:15:30', '2026-11-22 10:15:30Z', '2026-11-22T10:15Z', '2023-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z', '2026-00-10T00:00:00Z', '2026-01-00T00:00:00Z', '2026-01-01T24:00:00Z',
    '2026-01-01T00:60:00Z',
    '2026-01-01T00:00:61Z', '2026-01-01T00:00:00+24:00', '2026-01-01T00:00:00+02', '2026-01-01T00:00:00.Z',
    '12026-01-01T00:00:00Z',
    '2026-01-01T00:00:00Z\n', ' 2026-01-01T00:00:00Z', '٢٠٢٦-01-01T00:00:00Z',
  ])('refuses %j', text => {
    expect(parseInstant(text)).toBeUndefined();
  });
});

describe('bounds of stored times', () => {
  const stored = '2026-11-22T10:15:30.123Z#01M82HJ0KHQDA9Y27T5YBSQHGM';

  test('a time is neither after nor before itself', () => {
    expect(stored > after('2026-11-22T10:15:30.123Z')).toBe(false);
    expect(stored < before('2026-11-22T10:15:30.123Z')).toBe(false);
  });

  test('the neighbouring milliseconds lie after and before a time', () => {
    expect(stored > after('2026-11-22T10:15:30.122Z')).toBe(true);
    expect(stored < before('2026-11-22T10:15:30.124Z')).toBe(true);
  });

  test('finer times let in what lies on their far side', () => {
    expect(stored > after('2026-11-22T10:15:30.1229Z')).toBe(true);
    expect(stored > after('2026-11-22T10:15:30.1231Z')).toBe(false);
    expect(stored < before('2026-11-22T10:15:30.1231Z')).toBe(true);
    expect(stored < before('2026-11-22T10:15:30.1230000Z')).toBe(false);
  });

  test('times beyond four-digit years stay in order', () => {
    expect(stored > after('0000-01-01T00:00:00+23:59')).toBe(true);
    expect(stored < before('9999-12-31T23:59:59.9999-23:59')).toBe(true);
  });
});
