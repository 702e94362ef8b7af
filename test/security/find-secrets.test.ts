import { CANARIES, findSecrets } from '../support/canaries';

test.each(Object.entries(CANARIES))('the search finds the canary %s in each encoding', (name, canary) => {
  const text = `{"x":"${canary}"}`;
  const forms = [
    text, encodeURIComponent(text), Buffer.from(text).toString('hex'), JSON.stringify(JSON.stringify({ canary })),
    ...['', '-', '--'].map(lead => Buffer.from(lead + text).toString('base64')),
  ];
  for (const form of forms) expect([form, findSecrets(form)]).toEqual([form, expect.arrayContaining([name])]);
});

test.each([
  ['a URL', '{"url":"https:\\/\\/bucket.s3.amazonaws.com/x"}'],
  ['a URL', 'GET http://127.0.0.1:8080/images'],
  ['a signature', '/images/x?X-Amz-Signature=00'],
  ['a signature', '/thumb.webp?Policy=a&Signature=b'],
])('the search finds %s in %s', (name, text) => {
  expect(findSecrets(text)).toEqual([name]);
});

test('the search finds nothing in a line of a request', () => {
  expect(findSecrets('{"message":"request completed","route":"GET /images/{image_id}","caller":"0123456789ab"}')).toEqual([]);
});
