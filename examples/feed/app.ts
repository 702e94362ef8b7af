import { join } from 'node:path';
import { App, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import * as logs from 'aws-cdk-lib/aws-logs';
// In your own project: from 'cdk-image-service'
import { ImageService } from '../../src';

/** An image service, the posts of an app, and a backend that shows them. */
class Feed extends Stack {
  constructor(app: App) {
    super(app, 'Feed');
    const images = new ImageService(this, 'Images');
    const posts = new dynamodb.Table(this, 'Posts', {
      partitionKey: { name: 'feed', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'postedAt', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const backend = new NodejsFunction(this, 'Backend', {
      entry: join(__dirname, 'feed.lambda.ts'),
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      environment: { IMAGES_URL: images.url, POSTS_TABLE: posts.tableName },
      logGroup: new logs.LogGroup(this, 'BackendLogs', { retention: logs.RetentionDays.ONE_MONTH }),
    });
    images.grantInvoke(backend);
    posts.grantReadData(backend);
    // A real app has its own sign-in here, and takes the viewer from its session.
    const { url } = backend.addFunctionUrl({ authType: lambda.FunctionUrlAuthType.AWS_IAM });
    new CfnOutput(this, 'FeedUrl', { value: url });
  }
}

new Feed(new App());
