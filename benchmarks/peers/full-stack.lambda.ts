import { randomUUID } from 'node:crypto';
import { HttpStatusCodes, Router } from '@aws-lambda-powertools/event-handler/http';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { z } from 'zod';
import type { Handler } from '../support/create-request';

const URL_TTL_SECONDS = 300;

const declaration = z.object({
  content_type: z.enum([
    'image/jpeg', 'image/png', 'image/webp', 'image/avif', 'image/gif', 'image/heic', 'image/heif',
  ]),
  size: z.number().int().min(1).max(25 * 1024 * 1024),
  filename: z.string().min(1).max(255).optional(),
  tags: z.array(z.string().trim().toLowerCase().min(1).max(64)).max(20).optional(),
  checksum_sha256: z.string().optional(),
}).strict();

/** `POST /images` as a good engineer writes it first: the libraries that AWS recommends, used as their pages show. */
function createFullStack(): Handler {
  const logger = new Logger();
  const metrics = new Metrics();
  const s3 = new S3Client({ requestChecksumCalculation: 'WHEN_REQUIRED' });
  const table = DynamoDBDocumentClient.from(new DynamoDBClient({}), {
    marshallOptions: { removeUndefinedValues: true },
  });
  const router = new Router({ logger });

  router.post('/images', async ({ req }) => {
    const declared = declaration.parse(await req.json());
    const user = req.headers.get('x-user-id');
    const image_id = randomUUID();
    const object_key = `originals/${user}/${image_id}`;
    const item = {
      image_id,
      user_id: user,
      status: 'pending',
      object_key,
      updated_at: new Date().toISOString(),
      ...declared,
    };
    await table.send(new PutCommand({
      TableName: process.env.TABLE_NAME,
      Item: item,
      ConditionExpression: 'attribute_not_exists(image_id)',
    }));
    const put = new PutObjectCommand({
      Bucket: process.env.BUCKET_NAME,
      Key: object_key,
      ContentType: declared.content_type,
      ContentLength: declared.size,
      IfNoneMatch: '*',
    });
    const url = await getSignedUrl(s3, put, {
      expiresIn: URL_TTL_SECONDS,
      signableHeaders: new Set(['host', 'content-type', 'content-length', 'if-none-match']),
    });
    metrics.addMetric('UploadsStarted', MetricUnit.Count, 1);
    const upload = { method: 'PUT', url, headers: { 'content-type': declared.content_type, 'if-none-match': '*' } };
    return {
      statusCode: HttpStatusCodes.CREATED,
      body: JSON.stringify({ image_id, status: 'pending', upload }),
      headers: { 'content-type': 'application/json' },
    };
  });

  return async (event, context) => {
    const result = await router.resolve(event, context);
    metrics.publishStoredMetrics();
    return result;
  };
}

export const handler = createFullStack();
