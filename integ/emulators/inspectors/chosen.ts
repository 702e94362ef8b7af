import { APIGatewayClient, GetResourcesCommand } from '@aws-sdk/client-api-gateway';
import { CloudFrontClient, GetDistributionCommand } from '@aws-sdk/client-cloudfront';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  GetFunctionUrlConfigCommand, type GetFunctionUrlConfigCommandOutput, LambdaClient,
} from '@aws-sdk/client-lambda';
import { buildClientOptions, type Deployed, parseTemplate } from '../deployment';
import type { ClientOptions } from '../stack';

type Ask = (id: string, client: ClientOptions) => Promise<string | undefined>;

/** Readers of attributes that are chosen when a resource is created, by `<type>.<name>`. */
const CHOSEN: Readonly<Record<string, Ask>> = {
  'AWS::ApiGateway::RestApi.RootResourceId': async (restApiId, client) => {
    const { items = [] } = await new APIGatewayClient(client).send(new GetResourcesCommand({ restApiId, limit: 500 }));
    return items.find(({ path }) => path === '/')?.id;
  },
  // A table without a stream has no ARN of one, and its template asks for none.
  'AWS::DynamoDB::Table.StreamArn': async (TableName, client) => {
    const { Table } = await new DynamoDBClient(client).send(new DescribeTableCommand({ TableName }));
    return Table?.LatestStreamArn ?? '';
  },
  'AWS::CloudFront::Distribution.DomainName': async (Id, client) => {
    const { Distribution } = await new CloudFrontClient(client).send(new GetDistributionCommand({ Id }));
    return Distribution?.DomainName;
  },
  'AWS::Lambda::Url.FunctionArn': async (id, client) => (await inspectFunctionUrl(id, client)).FunctionArn,
  'AWS::Lambda::Url.FunctionUrl': async (id, client) => (await inspectFunctionUrl(id, client)).FunctionUrl,
};

async function inspectFunctionUrl(
  FunctionName: string, client: ClientOptions,
): Promise<GetFunctionUrlConfigCommandOutput> {
  return new LambdaClient(client).send(new GetFunctionUrlConfigCommand({ FunctionName }));
}

/** All chosen attributes of a stack, by `<logical id>.<name>`. */
export async function readChosenAttributes(stack: Deployed): Promise<Record<string, string>> {
  const found = Object.entries(parseTemplate(stack).Resources).flatMap(([logicalId, { Type }]) => (
    Object.entries(CHOSEN).filter(([attribute]) => attribute.startsWith(`${Type}.`)).map(async ([attribute, ask]) => {
      const value = await ask(stack.resources[logicalId], buildClientOptions(stack));
      if (value === undefined) throw new Error(`${logicalId} must have a ${attribute}, got none`);
      return [`${logicalId}.${attribute.split('.')[1]}`, value] as const;
    })));
  return Object.fromEntries(await Promise.all(found));
}
