import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { HeadObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import type { RawObject, RawStorage } from './raw-storage';

export interface Location {
  readonly table: string;
  readonly bucket: string;
}

/** A table and a bucket on AWS, on an emulator or on the embedded engines. */
export function awsStorage({ table, bucket }: Location, dynamoDb: DynamoDBClient, s3: S3Client): RawStorage {
  const client = DynamoDBDocumentClient.from(dynamoDb);
  return {
    async *rows() {
      for await (const { Items = [] } of paginateScan({ client }, { TableName: table, ConsistentRead: true })) {
        yield* Items;
      }
    },
    async *objects() {
      for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: bucket })) {
        for (const { Key: key } of Contents) yield await headOf(s3, bucket, key!);
      }
    },
  };
}

/** Uses HEAD, not the listing, to see the object as a reader would. */
async function headOf(s3: S3Client, bucket: string, key: string): Promise<RawObject> {
  const { ContentLength, ETag } = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
  return { key, size: ContentLength!, etag: ETag!.replace(/^"|"$/g, '') };
}
