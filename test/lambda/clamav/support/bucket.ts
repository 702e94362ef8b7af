import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeleteObjectCommand, GetObjectCommand, GetObjectTaggingCommand, ListObjectsV2Command, PutObjectCommand, S3Client,
} from '@aws-sdk/client-s3';
import type { DefinitionList } from '../../../../lambda/clamav/definition-list';
import { startStorage } from '../../../../local/engines/storage';
import { CLAMAV_ENV } from '../../../../src/contract';
import { BUCKET, CREDENTIALS, REGION } from '../../../security/presigned';

/** The embedded storage, with originals and definitions in one bucket; the functions allow that. */
export class Bucket {
  static async open(): Promise<Bucket> {
    const directory = mkdtempSync(join(tmpdir(), 'bucket-'));
    return new Bucket(
      directory, await startStorage({ directory, bucket: BUCKET, region: REGION, credentials: CREDENTIALS }),
    );
  }

  readonly client: S3Client;

  private constructor(
    private readonly directory: string,
    private readonly engine: Awaited<ReturnType<typeof startStorage>>,
  ) {
    this.client = new S3Client({
      endpoint: engine.endpoint,
      region: REGION,
      credentials: CREDENTIALS,
      forcePathStyle: true,
    });
  }

  /** The variables that Lambda and the construct set. */
  get environment(): Record<string, string> {
    return {
      [CLAMAV_ENV.BUCKET]: BUCKET,
      [CLAMAV_ENV.DEFINITIONS_BUCKET]: BUCKET,
      [CLAMAV_ENV.MAX_DEFINITIONS_AGE]: '48',
      [CLAMAV_ENV.MAX_SIZE]: '1000000',
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
      AWS_ENDPOINT_URL_S3: this.engine.endpoint,
    };
  }

  async put(key: string, bytes: Buffer | string): Promise<string> {
    return (await this.client.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: bytes }))).ETag!;
  }

  async read(key: string): Promise<string | undefined> {
    return this.client.send(new GetObjectCommand({ Bucket: BUCKET, Key: key })).then(
      ({ Body }) => Body!.transformToString('latin1'), () => undefined,
    );
  }

  async delete(key: string): Promise<void> {
    await this.client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: key }));
  }

  async keys(): Promise<string[]> {
    return ((await this.client.send(new ListObjectsV2Command({ Bucket: BUCKET }))).Contents ?? []).map(
      ({ Key }) => Key!,
    );
  }

  async tags(key: string): Promise<Record<string, string>> {
    const { TagSet = [] } = await this.client.send(new GetObjectTaggingCommand({ Bucket: BUCKET, Key: key }));
    return Object.fromEntries(TagSet.map(({ Key, Value }) => [Key!, Value!]));
  }

  /** Stores definitions as the refreshing function does. */
  async define(files: Readonly<Record<string, Buffer>>): Promise<DefinitionList> {
    const described = Object.entries(files).map(
      ([name, bytes]) => ({ name, size: bytes.length, hash: createHash('sha256').update(bytes).digest('hex') }),
    );
    for (const { name, hash } of described) await this.put(`definitions/${hash}/${name}`, files[name]);
    const list = { files: described, retired: [] };
    await this.put('definitions/list.json', JSON.stringify(list));
    return list;
  }

  async close(): Promise<void> {
    this.client.destroy();
    await this.engine.close();
    rmSync(this.directory, { recursive: true });
  }
}
