import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { resizeNaively } from './naive-pipeline';

const [s3, table, queue] = [new S3Client({}), new DynamoDBClient({}), new SQSClient({})];

/**
 * The leaner kind, like the image handlers of AWS's own solutions: bundles only three SDK clients, and has sharp beside
 * it.
 */
export async function handler(
  { Bucket, Key, TableName, QueueUrl }: Record<'Bucket' | 'Key' | 'TableName' | 'QueueUrl', string>,
): Promise<void> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  const made = await resizeNaively(Buffer.from(await Body!.transformToByteArray()), 800).webp().toBuffer();
  await s3.send(new PutObjectCommand({ Bucket, Key: `${Key}.webp`, Body: made }));
  await table.send(new UpdateItemCommand({
    TableName,
    Key: { image_id: { S: Key } },
    UpdateExpression: 'SET made = :made',
    ExpressionAttributeValues: { ':made': { BOOL: true } },
  }));
  await queue.send(new SendMessageCommand({ QueueUrl, MessageBody: Key }));
}
