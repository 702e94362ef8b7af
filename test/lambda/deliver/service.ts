import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDynamoDbClient } from '../../../lambda/aws/clients';
import { openObjectStore } from '../../../lambda/aws/image-objects';
import { openImageTable } from '../../../lambda/aws/image-table';
import { startStorage } from '../../../local/engines/storage';
import { startTableEngine } from '../../../local/engines/table';
import { isolate } from '../../../local/isolate';
import { LOCAL } from '../../../local/names';
import { ensureTable } from '../../../local/resources/table';
import {
  encodeVariants, IMAGE_LIMITS, type ImageRecord, type ImageType, type VariantDefinition,
} from '../../../src/contract';

export const SET: VariantDefinition[] = [
  {
    name: 'thumb',
    width: 32,
    height: 32,
    fit: 'inside',
    formats: ['avif', 'webp', 'jpeg'],
    generation: 'eager',
    animated: true,
  },
  {
    name: 'large',
    width: 200,
    height: 200,
    fit: 'inside',
    formats: ['avif', 'webp', 'jpeg'],
    generation: 'on-demand',
    animated: true,
  },
];

/** Bucket and table on the embedded engines, and the environment of a function. */
export async function openService() {
  isolate(process.env);
  const directory = await mkdtemp(join(tmpdir(), 'deliver-'));
  const table = await startTableEngine();
  const storage = await startStorage({
    directory,
    bucket: LOCAL.BUCKET,
    credentials: LOCAL.CREDENTIALS,
    region: LOCAL.REGION,
  });
  const stored: string[] = [];
  storage.onObjectCreated(async ({ key }) => void stored.push(key));
  Object.assign(process.env, {
    AWS_REGION: LOCAL.REGION,
    AWS_ACCESS_KEY_ID: LOCAL.CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: LOCAL.CREDENTIALS.secretAccessKey,
    AWS_ENDPOINT_URL_S3: storage.endpoint,
    AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
    AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:9',
    BUCKET_NAME: LOCAL.BUCKET,
    TABLE_NAME: LOCAL.TABLE,
    VARIANTS: encodeVariants(SET),
    IMAGE_LIMITS: JSON.stringify(IMAGE_LIMITS),
    TRANSFORM_TIMEOUT_SECONDS: '60',
    INVALIDATION_QUEUE_URL: 'http://127.0.0.1:9/1/invalidations',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    POWERTOOLS_METRICS_DISABLED: 'true',
  });
  await ensureTable(new DynamoDBClient({}), LOCAL.TABLE);
  const objects = openObjectStore(LOCAL.BUCKET, true);
  const rows = openImageTable(createDynamoDbClient(), LOCAL.TABLE);
  return {
    objects,
    rows,
    /** Keys in the order in which objects arrived. */
    stored,
    ready: async (
      id: string, content_type: ImageType, bytes: Buffer, more: Partial<ImageRecord> = {},
    ): Promise<ImageRecord> => {
      const object_key = `originals/_/alice/${id}/nonce`;
      await objects.put(object_key, bytes, content_type);
      const row = {
        ...readyRow(id, object_key, content_type, bytes),
        etag: (await objects.find(object_key))!.etag,
        ...more,
      };
      await rows.write([{ put: row, guard: 'absent' }]);
      return row;
    },
    close: async () => {
      await Promise.all([storage.close(), table.close()]);
      await rm(directory, { recursive: true });
    },
  };
}

function readyRow(id: string, object_key: string, content_type: ImageType, bytes: Buffer): ImageRecord {
  const at = '2026-11-26T12:00:00.000Z';
  return {
    image_id: id,
    owner: 'alice',
    user_id: 'alice',
    created_at: `${at}#${id}`,
    updated_at: at,
    status: 'ready',
    version: 3,
    attempt: 1,
    object_key,
    url_until: 0,
    content_type,
    size: bytes.length,
    checksum_sha256: createHash('sha256').update(bytes).digest('base64'),
    animated: false,
  };
}
