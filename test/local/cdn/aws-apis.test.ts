import { CloudFrontClient, CreateInvalidationCommand, GetInvalidationCommand } from '@aws-sdk/client-cloudfront';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { IMAGE, OTHER, startCdn, type TestCdn } from './cdn';
import { type CloudFrontApi, startCloudFrontApi } from '../../../local/cdn/cloudfront-api';
import { Invalidations } from '../../../local/cdn/invalidations';
import { startSecretsApi } from '../../../local/cdn/secrets-api';
import { HEADER_MARK } from '../../../local/cdn/through-cache';

const CREDENTIALS = { region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' }, maxAttempts: 1 };
const LASTS_MS = 300;

describe('invalidations', () => {
  let cdn: TestCdn;
  let api: CloudFrontApi;
  let client: CloudFrontClient;
  beforeEach(async () => {
    cdn = await startCdn();
    api = await startCloudFrontApi(
      'ELOCAL',
      new Invalidations(matches => cdn.distribution.cache.invalidate(matches), LASTS_MS),
      CREDENTIALS.credentials,
    );
    client = new CloudFrontClient({ ...CREDENTIALS, endpoint: api.endpoint });
  });
  afterEach(async () => {
    client.destroy();
    await api.close();
    await cdn.close();
  });

  let reference = 0;
  const invalidate = async (Items: string[], CallerReference = `r${reference++}`, DistributionId = 'ELOCAL') =>
    client.send(new CreateInvalidationCommand({
      DistributionId, InvalidationBatch: { CallerReference, Paths: { Quantity: Items.length, Items } },
    }));
  const cached = (): string[] => cdn.distribution.cache.cache.listKeys().map(key => key.split(HEADER_MARK)[0]);

  test('remove exactly the matching paths from the cache', async () => {
    for (const path of [`${IMAGE}/thumb.avif`, `${IMAGE}/thumb.webp`, `${OTHER}/thumb.avif`]) await cdn.get(path);
    await invalidate([`${IMAGE}/thumb.web`, '/_/alic', `${IMAGE}/thumb`]);
    expect(cached()).toHaveLength(3);
    await invalidate([`${IMAGE}/thumb.webp`]);
    expect(cached()).toEqual([`${IMAGE}/thumb.avif`, `${OTHER}/thumb.avif`]);
    const { Invalidation } = await invalidate([`${IMAGE}/*`]);
    expect(cached()).toEqual([`${OTHER}/thumb.avif`]);
    expect(Invalidation).toMatchObject({
      Id: expect.stringMatching(/^I[0-9A-F]{13}$/),
      Status: 'InProgress',
      CreateTime: expect.any(Date),
      InvalidationBatch: { Paths: { Quantity: 1, Items: [`${IMAGE}/*`] } },
    });
    await new Promise(resolve => setTimeout(resolve, LASTS_MS + 20));
    const { Invalidation: later } = await client.send(
      new GetInvalidationCommand({ DistributionId: 'ELOCAL', Id: Invalidation!.Id }),
    );
    expect(later!.Status).toBe('Completed');
    await invalidate(['/*']);
    expect(cached()).toEqual([]);
  });

  test.each(['/_/alice~40example/*', '/_/é/*', '/_/a b', '_/alice/*', '/_/*/thumb'])(
    'are rejected for the path %s', async path => {
      await expect(invalidate(['/_/alice/*', path])).rejects.toMatchObject({ name: 'InvalidArgument' });
    },
  );

  test('are rejected beyond 15 wildcard paths in progress, until some have ended', async () => {
    const wild = (count: number): string[] => Array.from({ length: count }, (_, i) => `/_/u${i}/*`);
    await cdn.get(`${IMAGE}/thumb.avif`);
    await expect(invalidate(wild(16))).rejects.toMatchObject({
      name: 'TooManyInvalidationsInProgress',
      $metadata: { httpStatusCode: 400 },
    });
    await invalidate(wild(10));
    await invalidate(wild(5));
    await expect(invalidate(['/_/alice/*'])).rejects.toMatchObject({ name: 'TooManyInvalidationsInProgress' });
    expect(cached()).toHaveLength(1);
    await invalidate([`${IMAGE}/thumb.avif`]);
    expect(cached()).toHaveLength(0);
    await new Promise(resolve => setTimeout(resolve, LASTS_MS + 20));
    await invalidate(wild(15));
  });

  test('a repeated call is one invalidation, and a reused reference is rejected', async () => {
    const [first, again] = [await invalidate(['/a&b'], 'same <1>'), await invalidate(['/a&b'], 'same <1>')];
    expect(again.Invalidation!.Id).toBe(first.Invalidation!.Id);
    expect(first.Invalidation!.InvalidationBatch).toEqual({
      CallerReference: 'same <1>',
      Paths: { Quantity: 1, Items: ['/a&b'] },
    });
    await expect(invalidate(['/b'], 'same <1>')).rejects.toMatchObject({ name: 'InvalidationBatchAlreadyExists' });
  });

  test.each([
    [['no-slash'], 'ELOCAL', 'InvalidArgument'], [['/a*/b'], 'ELOCAL', 'InvalidArgument'],
    [[], 'ELOCAL', 'InvalidArgument'], [['/a'], 'EOTHER', 'NoSuchDistribution'],
  ])('%j of %s is %s', async (paths, distribution, name) => {
    await expect(invalidate(paths, undefined, distribution)).rejects.toMatchObject({ name });
  });

  test('are denied without a valid signature', async () => {
    const { status } = await fetch(`${api.endpoint}/2020-05-31/distribution/ELOCAL/invalidation`, {
      method: 'POST',
      body: '<a/>',
    });
    expect(status).toBe(403);
  });

  test.each([{ accessKeyId: 'a', secretAccessKey: 'guessed' }, { accessKeyId: 'guessed', secretAccessKey: 'b' }])(
    'are denied to the credentials %j', async credentials => {
      await cdn.get(`${IMAGE}/thumb.avif`);
      client.destroy();
      client = new CloudFrontClient({ ...CREDENTIALS, credentials, endpoint: api.endpoint });
      await expect(invalidate([`${IMAGE}/thumb.avif`])).rejects.toMatchObject({
        name: 'InvalidClientTokenId',
        $metadata: { httpStatusCode: 403 },
      });
      expect(cached()).toEqual([`${IMAGE}/thumb.avif`]);
    },
  );
});

test('a secret can be had by its name, as it is at that moment', async () => {
  let value = 'first';
  const api = await startSecretsApi({ 'signing-key': () => value }, CREDENTIALS.credentials);
  const client = new SecretsManagerClient({ ...CREDENTIALS, endpoint: api.endpoint });
  const read = async (SecretId: string) => client.send(new GetSecretValueCommand({ SecretId }));
  try {
    expect(await read('signing-key')).toMatchObject({
      Name: 'signing-key',
      SecretString: 'first',
      VersionStages: ['AWSCURRENT'],
    });
    value = 'second';
    expect((await read('signing-key')).SecretString).toBe('second');
    for (const id of ['other', 'constructor', '__proto__']) {
      await expect(read(id)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    }
  } finally {
    client.destroy();
    await api.close();
  }
});

test('a secret is given to the credentials of the server alone', async () => {
  const api = await startSecretsApi({ 'signing-key': () => 'private' }, CREDENTIALS.credentials);
  const read = async (credentials: typeof CREDENTIALS.credentials): Promise<unknown> => {
    const client = new SecretsManagerClient({ ...CREDENTIALS, credentials, endpoint: api.endpoint });
    return client.send(new GetSecretValueCommand({ SecretId: 'signing-key' })).finally(() => client.destroy());
  };
  try {
    expect(await read(CREDENTIALS.credentials)).toMatchObject({ SecretString: 'private' });
    for (const other of [
      { accessKeyId: 'a', secretAccessKey: 'guessed' }, { accessKeyId: 'guessed', secretAccessKey: 'b' },
    ]) {
      await expect(read(other)).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
    }
    const unsigned = await fetch(api.endpoint, {
      method: 'POST',
      headers: { 'x-amz-target': 'secretsmanager.GetSecretValue', 'authorization': 'AWS4-HMAC-SHA256 x' },
      body: '{"SecretId":"signing-key"}',
    });
    expect(unsigned.status).toBe(400);
    expect(await unsigned.text()).not.toContain('private');
  } finally {
    await api.close();
  }
});
