import { ExpectedResult, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { ImageService, Retention } from '../src';

/** The service as it comes, but for what would stay behind when the test is over. */
const app = new App();
const stack = new Stack(app, 'ImageServiceDefault');
const images = new ImageService(stack, 'Images', { retention: Retention.of({ removalPolicy: RemovalPolicy.DESTROY }) });

const integ = new IntegTest(app, 'Default', { testCases: [stack] });

integ.assertions
  .httpApiCall(`${images.url}health`)
  .expect(ExpectedResult.objectLike({ status: 200, body: { status: 'ok' } }));

integ.assertions
  .httpApiCall(`${images.url}images`)
  .expect(ExpectedResult.objectLike({ status: 401, body: { code: 'unauthenticated' } }));
