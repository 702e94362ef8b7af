import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { S3Event, SQSEvent } from 'aws-lambda';
import { z } from 'zod';
import { makeOutput } from './naive-pipeline';

const environment = z.object({ BUCKET_NAME: z.string(), TABLE_NAME: z.string() });
const FORMATS = ['avif', 'webp', 'jpeg'] as const;
const SIDES = [1600, 800, 320, 96];

const logger = new Logger();
const metrics = new Metrics();
const s3 = new S3Client({});
const table = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const { BUCKET_NAME: Bucket, TABLE_NAME: TableName } = environment.parse(process.env);

/** A queue worker as a good engineer writes it first: the SDK, Powertools, zod and sharp, used as their pages show. */
export async function handler({ Records }: SQSEvent): Promise<void> {
  for (const { body } of Records) {
    for (const { s3: { object } } of (JSON.parse(body) as S3Event).Records) await processImage(object.key);
  }
}

async function processImage(Key: string): Promise<void> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  const bytes = Buffer.from(await Body!.transformToByteArray());
  await Promise.all(SIDES.flatMap(side => FORMATS.map(async format => {
    await s3.send(
      new PutObjectCommand({ Bucket, Key: `${Key}/${side}.${format}`, Body: await makeOutput(bytes, side, format) }),
    );
  })));
  await table.send(new UpdateCommand({
    TableName,
    Key: { image_id: Key },
    UpdateExpression: 'SET #s = :ready',
    ExpressionAttributeNames: { '#s': 'status' },
    ExpressionAttributeValues: { ':ready': 'ready' },
  }));
  logger.info('processed', { Key });
  metrics.addMetric('processed', MetricUnit.Count, 1);
}
