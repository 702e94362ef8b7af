import { readImageId } from '../../../lambda/runtime/trace';

describe('the image id of a span', () => {
  const ID = '01JDB2W8000000000000000000';
  const SEGMENT = '0'.repeat(26);

  test.each([
    ID, `originals/_/${SEGMENT}/${ID}/6e`, `variants/_/${SEGMENT}/${ID}/`, `/_/${SEGMENT}/${ID}/large.webp`,
  ])('is found in %s', text => {
    expect(readImageId(text)).toBe(ID);
  });

  test('has its tenant', () => {
    expect(readImageId(`originals/${SEGMENT}/${SEGMENT}/${SEGMENT}.${ID}/6e`)).toBe(`${SEGMENT}.${ID}`);
  });

  test.each(['', 'alice', `${ID}#tag:holiday`, `usage#${ID}`, `/images/${ID.toLowerCase()}`])('is absent in %j', text => {
    expect(readImageId(text)).toBeUndefined();
  });
});
