import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { LambdaFunctionURLEventWithIAMAuthorizer, LambdaFunctionURLResult } from 'aws-lambda';
import { callImages } from './call-images';
import { type Post, renderFeed } from './feed';

const table = DynamoDBDocumentClient.from(new DynamoDBClient({}));

/** Shows the newest posts to the caller of the function URL, who signs the request. */
export async function handler(
  { requestContext }: LambdaFunctionURLEventWithIAMAuthorizer,
): Promise<LambdaFunctionURLResult> {
  const { Items = [] } = await table.send(new QueryCommand({
    TableName: process.env.POSTS_TABLE,
    KeyConditionExpression: 'feed = :feed',
    ExpressionAttributeValues: { ':feed': 'all' },
    ScanIndexForward: false,
    Limit: 50,
  }));
  const body = await renderFeed(callImages, requestContext.authorizer.iam.userId, Items as Post[]);
  return { statusCode: 200, headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'private' }, body };
}
