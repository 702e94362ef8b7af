import { buildBucketAddress } from '../../../lambda/aws/url-signer';
import { readApiConfig } from '../../../lambda/runtime/config';
import { buildHandlerEnvironment } from '../../../local/functions/handlers';
import { buildEmbeddedPlace } from '../../../local/place';

const { AWS_ENDPOINT_URL_S3: _storage, ...AWS } = buildHandlerEnvironment(buildEmbeddedPlace('', ''), []);
const EMULATOR = { AWS_ENDPOINT_URL: 'http://emulator:4566' };

describe('where the API handler finds storage', () => {
  test.each([
    ['is S3 itself where nothing is set', {}, undefined],
    ["is the emulator that the SDK's variable names", EMULATOR, 'http://emulator:4566'],
    [
      "is what the SDK's variable for S3 alone names, rather",
      { ...EMULATOR, AWS_ENDPOINT_URL_S3: 'http://storage:9000' }, 'http://storage:9000',
    ],
    [
      'is S3 itself where the variables are empty: so the SDK reads them',
      { AWS_ENDPOINT_URL: '', AWS_ENDPOINT_URL_S3: '' }, undefined,
    ],
  ])('%s', (_case, given, endpoint) => {
    expect(readApiConfig({ ...AWS, ...given })).toMatchObject({ endpoint, publicEndpoint: endpoint });
  });
});

describe('PUBLIC_S3_ENDPOINT', () => {
  test('names storage to clients, and to nobody else', () => {
    expect(readApiConfig({ ...AWS, ...EMULATOR, PUBLIC_S3_ENDPOINT: 'http://localhost:4566' }))
      .toMatchObject({ endpoint: 'http://emulator:4566', publicEndpoint: 'http://localhost:4566' });
  });

  test.each([
    ['http://LocalHost:80/', 'http://localhost'],
    ['https://storage.example.com', 'https://storage.example.com'],
  ])('may be written %s', (given, read) => {
    expect(readApiConfig({ ...AWS, PUBLIC_S3_ENDPOINT: given }).publicEndpoint).toBe(read);
  });

  test.each([
    'localhost:4566', 'localhost', '//localhost', 'ftp://localhost', 'http://', 'http://localhost/s3',
    'http://localhost?x', 'http://me@localhost',
  ])(
    'is refused as %s', given => {
      expect(() => readApiConfig({ ...AWS, PUBLIC_S3_ENDPOINT: given }))
        .toThrow(`PUBLIC_S3_ENDPOINT must be an http or https origin such as http://localhost:4566, got: ${given}`);
    });
});

describe('the bucket is addressed', () => {
  const s3 = { bucket: 'images', region: 'eu-central-1', accelerate: false };

  test.each([
    ['by its own host on S3', s3, 'https://images.s3.eu-central-1.amazonaws.com'],
    [
      'in the path where a certificate would not cover its name', { ...s3, bucket: 'my.images' },
      'https://s3.eu-central-1.amazonaws.com/my.images',
    ],
    ['in the path of any other endpoint', { ...s3, endpoint: 'http://emulator:4566' }, 'http://emulator:4566/images'],
  ])('%s', (_case, given, url) => {
    const { protocol, hostname, port, pathPrefix } = buildBucketAddress(given);
    expect(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${pathPrefix}`).toBe(url);
  });
});
