import { join } from 'node:path';
import { ExpectedResult, IntegTest, Match } from '@aws-cdk/integ-tests-alpha';
import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Report } from './backend';
import type { ImageService } from '../../src';

const EXPECTED: Report = { travelled: 2, failures: [], overwrite: 412, plainHttp: 403 };

/**
 * integ-runner turns on all feature flags except two. One collects usage, which would fill half of a snapshot. The
 * other leaves out the account's log role, which the service makes by itself elsewhere.
 */
const FLAGS = {
  '@aws-cdk/core:enableAdditionalMetadataCollection': false,
  '@aws-cdk/aws-apigateway:disableCloudWatchRole': false,
};

export function makeStack(name: string): Stack {
  return new Stack(new App({ postCliContext: FLAGS }), name);
}

/**
 * Asserts the behaviour that every configuration of the service must have in an account. The returned test accepts more
 * assertions.
 */
export function testInAccount(stack: Stack, images: ImageService): IntegTest {
  const test = new IntegTest(stack.node.root, `${stack.stackName}Test`, {
    testCases: [stack],
    // Snapshots hold no assets, so the runner cannot deploy them first and then update.
    stackUpdateWorkflow: false,
  });
  assertAnswers(test, images.url);
  assertJourney(test, makeBackend(stack, images));
  assertSweeper(test, images.sweeperFunction);
  return test;
}

/** The function and API Gateway itself answer in the same format. */
function assertAnswers({ assertions }: IntegTest, url: string): void {
  const isAnswering = (path: string, method: string, expected: { status: number; [key: string]: unknown }) => assertions
    .httpApiCall(`${url}${path}`, { method })
    .expect(ExpectedResult.objectLike(expected));
  const problem = (status: number, code: string, headers: Record<string, string[]> = {}) => ({
    status,
    headers: { 'content-type': ['application/problem+json'], 'cache-control': ['no-store'], ...headers },
    body: { status, code },
  });
  isAnswering('health', 'GET', { status: 200, body: { status: 'ok' } });
  isAnswering('images', 'GET', problem(401, 'unauthenticated'));
  isAnswering('health', 'DELETE', problem(405, 'method-not-allowed', { allow: ['GET, HEAD'] }));
  isAnswering('no/such/path', 'GET', problem(404, 'no-such-route'));
}

/** A function with only the permission to call the API; an assertion cannot sign requests itself. */
function makeBackend(stack: Stack, images: ImageService): lambda.Function {
  const backend = new NodejsFunction(stack, 'Backend', {
    entry: join(__dirname, 'backend.ts'),
    runtime: lambda.Runtime.NODEJS_24_X,
    timeout: Duration.minutes(1),
    memorySize: 512,
    // Bundle all modules: the runtime carries another version of the SDK.
    bundling: { externalModules: [] },
    environment: { IMAGES_URL: images.url },
    logGroup: new logs.LogGroup(stack, 'BackendLogs', {
      retention: logs.RetentionDays.ONE_DAY,
      removalPolicy: RemovalPolicy.DESTROY,
    }),
  });
  images.grantInvoke(backend);
  return backend;
}

function assertJourney({ assertions }: IntegTest, backend: lambda.Function): void {
  assertions
    .invokeFunction({ functionName: backend.functionName })
    .expect(ExpectedResult.objectLike({
      StatusCode: 200,
      Payload: Match.serializedJson(EXPECTED as unknown as Record<string, unknown>),
    }));
}

/** A failed function also answers 200, with its error as the payload. */
function assertSweeper({ assertions }: IntegTest, sweeper: lambda.IFunction): void {
  assertions
    .invokeFunction({ functionName: sweeper.functionName })
    .expect(
      ExpectedResult.objectLike({ StatusCode: 200, Payload: Match.serializedJson(Match.objectLike({ failed: 0 })) }),
    );
}
