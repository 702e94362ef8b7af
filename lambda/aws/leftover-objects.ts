import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { CLIENT_OPTIONS } from './clients';
import { readErrorName } from './errors';
import type { LeftoversProperties } from '../../src/contract';
import { ServiceError } from '../domain/errors';

/**
 * A writer that has just lost its permissions may have a PUT under way. So the bucket counts as empty after three
 * checks in a row.
 */
const LOOKS = 3;
const PAUSE_MS = 5_000;
/** More checks would exceed the function's timeout. */
const MAX_LOOKS = 30;

/** Deletes one key, or all objects with some prefixes, and returns their number. A deleted bucket holds nothing. */
export async function removeLeftovers(
  { Bucket, Prefixes = [], Key }: LeftoversProperties, pauseMs = PAUSE_MS,
): Promise<number> {
  const client = new S3Client({
    ...CLIENT_OPTIONS,
    forcePathStyle: Boolean(process.env.AWS_ENDPOINT_URL_S3 || process.env.AWS_ENDPOINT_URL),
  });
  const remove = async (key: string) => void await client.send(new DeleteObjectCommand({ Bucket, Key: key }));
  try {
    if (Key) await remove(Key);
    const look = async () => (await Promise.all(Prefixes.map(Prefix => list(client, Bucket, Prefix)))).flat();
    return Prefixes.length > 0 ? await removeAll(look, remove, pauseMs) : 1;
  } catch (error) {
    if (readErrorName(error) === 'NoSuchBucket') return 0;
    throw error;
  }
}

/** One page: the next check finds the others. */
async function list(client: S3Client, Bucket: string, Prefix: string): Promise<string[]> {
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket, Prefix }));
  return Contents.map(({ Key }) => Key!);
}

async function removeAll(
  look: () => Promise<string[]>, remove: (key: string) => Promise<void>, pauseMs: number,
): Promise<number> {
  let [removed, empty] = [0, 0];
  for (let looks = 1; empty < LOOKS; looks++) {
    if (looks > MAX_LOOKS) throw new ServiceError('objects still appear: another writer is active');
    const keys = await look();
    for (const key of keys) await remove(key);
    removed += keys.length;
    empty = keys.length === 0 ? empty + 1 : 0;
    if (keys.length === 0 && empty < LOOKS) await sleep(pauseMs);
  }
  return removed;
}
