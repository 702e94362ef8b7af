import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client,
} from '@aws-sdk/client-s3';
import { CLIENT_OPTIONS } from './clients';
import { call, readErrorName } from './errors';
import { DEFINITIONS } from '../../src/contract';
import { ServiceError } from '../domain/errors';
import type { DefinitionFile, DefinitionStore } from '../domain/scan-ports';

const { PREFIX, SEEDS } = DEFINITIONS;
const LIST = `${PREFIX}list.json`;
/** freshclam's own name for its state. */
const STATE = `${PREFIX}freshclam.dat`;

/** Databases have some hundred megabytes; the other calls of the service carry images at most. */
const OPTIONS = { ...CLIENT_OPTIONS, requestHandler: { ...CLIENT_OPTIONS.requestHandler, requestTimeout: 60_000 } };

/** ClamAV's definitions in a bucket of their own. */
export function openDefinitionStore(bucket: string, forcePathStyle: boolean): DefinitionStore {
  const client = new S3Client({ ...OPTIONS, forcePathStyle });
  const put = async (Key: string, Body: Buffer | string, checksum?: string) =>
    void await call(() => client.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ChecksumSHA256: checksum })));
  return {
    readList: async () => (await read(client, bucket, LIST))?.toString(),
    writeList: async list => put(LIST, list),
    download: (file, path) => download(client, bucket, file, path),
    // In memory, so that the SDK can repeat it. S3 rejects it if the checksum differs.
    upload: async (file, path) =>
      put(buildKey(file), await readFile(path), Buffer.from(file.hash, 'hex').toString('base64')),
    remove: async files => {
      for (const file of files) {
        await call(() => client.send(new DeleteObjectCommand({ Bucket: bucket, Key: buildKey(file) })));
      }
    },
    seeds: async () => {
      const { Contents = [] } = await call(
        () => client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: SEEDS })),
      );
      return Contents.map(({ Key }) => Key!.slice(SEEDS.length));
    },
    downloadSeed: async (name, path) => void await downloadFile(client, bucket, `${SEEDS}${name}`, path),
    removeSeed: async name =>
      void await call(() => client.send(new DeleteObjectCommand({ Bucket: bucket, Key: `${SEEDS}${name}` }))),
    readState: () => read(client, bucket, STATE),
    writeState: async state => put(STATE, state),
  };
}

/** The object under such a key never changes. */
function buildKey({ name, hash }: DefinitionFile): string {
  return `${PREFIX}${hash}/${name}`;
}

async function read(client: S3Client, bucket: string, Key: string): Promise<Buffer | undefined> {
  try {
    return await call(async () => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key }));
      return Buffer.from(await Body!.transformToByteArray());
    });
  } catch (error) {
    // A role without the permission to list gets 403 from S3 instead, which is an error here.
    if (readErrorName(error) === 'NoSuchKey') return undefined;
    throw error;
  }
}

async function download(client: S3Client, bucket: string, file: DefinitionFile, path: string): Promise<void> {
  const got = await downloadFile(client, bucket, buildKey(file), path);
  if (got !== file.hash) throw new ServiceError(`the SHA-256 of ${buildKey(file)} must match the hash in its key, got: ${got}`);
}

/** Returns the SHA-256 of the file in hex. */
async function downloadFile(client: S3Client, bucket: string, Key: string, path: string): Promise<string> {
  const hash = createHash('sha256');
  const hashing = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  await call(async () => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key }));
    await pipeline(Body as Readable, hashing, createWriteStream(path));
  });
  return hash.digest('hex');
}
