/** @jest-environment-options {"deviations": "storage"} */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { describeContract } from '../../../test/acceptance/suite';
import { corsOnSuite } from '../../../test/acceptance/suite/cors';
import { Client, fetchUrl } from '../../../test/acceptance/support/client';
import { eventually } from '../../../test/acceptance/support/together';
import {
  createEmulatedServerEnvironment, type EmulatedServerOptions,
} from '../../../test/environments/emulated-server';
import { expectBucketAsConstructed, expectTableAsConstructed } from '../../../test/local/support/as-constructed';
import { createTinyPicture } from '../pictures';

const { EMULATOR_URL: emulator, EMULATOR_TARGET: target } = process.env;
if (!emulator) {
  throw new Error(
    'EMULATOR_URL must be the address of an emulator that runs, such as http://127.0.0.1:4566, got: nothing',
  );
}

/** LocalStack answers about 30 requests a second: with more concurrent writers of one record, retries would run out. */
const crowd = target === 'localstack' ? 8 : undefined;

const open = (options: Omit<EmulatedServerOptions, 'emulator'> = {}) =>
  createEmulatedServerEnvironment({ ...options, emulator, maxConcurrency: crowd });

describeContract(open);
describe('the HTTP contract with origins, local server on an emulator', () => corsOnSuite(open));

describe('the local server on an emulator', () => {
  const corsOrigins = ['https://app.example.com'];
  const environment = open({ corsOrigins, processing: true });
  const access = {
    endpoint: emulator,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  beforeAll(async () => environment.start(), 60_000);
  afterAll(async () => environment.stop());

  test('hands out URLs for the name by which clients reach storage', async () => {
    const { upload } = await new Client(environment).createImage({ content_type: 'image/png', size: 70 });
    expect(new URL(upload.url).origin).toBe(environment.publicStorage);
  });

  test('creates bucket and table as the construct does', async () => {
    await expectBucketAsConstructed(
      new S3Client({ ...access, forcePathStyle: true }), environment.resources, corsOrigins,
    );
    await expectTableAsConstructed(new DynamoDBClient(access), environment.resources);
  });

  test('makes variants of what storage tells its queue of', async () => {
    const client = new Client(environment);
    const { image_id: id } = await client.createUploaded(await createTinyPicture(0));
    await eventually(async () => {
      const { status, variants } = await client.image(id);
      expect({ status, variants: variants.length }).toEqual({ status: 'ready', variants: 4 });
    }, 60_000);
    const { url } = (await client.image(id)).variants[0] as { readonly url: string };
    expect(await fetchUrl(url)).toMatchObject({ status: 200 });
  }, 90_000);
});
