import { Annotations as Warnings, App, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { ownBucket, ownKey, ownTable } from './combinations';
import { printedOf, statementsOf, synthesize } from './synth';
import { Delivery, ImageService, Retention, UploadRules } from '../../src';

const UPLOADS = UploadRules.of({ corsOrigins: ['https://app.example.com'], urlTtl: Duration.minutes(3) });

function warningsOf(stack: Stack): string[] {
  return Annotations.fromStack(stack).findWarning('*', Match.anyValue()).map(({ entry }) => `${entry.data}`);
}

describe('a bucket made in this app', () => {
  test('is used, and gets policy, CORS rules and lifecycle', () => {
    const retention = Retention.of({ archiveAfter: Duration.days(30) });
    const { service, template, one } = synthesize(stack => ({ bucket: ownBucket(stack), uploads: UPLOADS, retention }));
    template.resourceCountIs('AWS::S3::Bucket', 1);
    expect(service.bucket.node.id).toBe('OwnBucket');
    const { CorsConfiguration, LifecycleConfiguration } = one('AWS::S3::Bucket').Properties;
    expect(CorsConfiguration.CorsRules).toMatchObject([{ AllowedOrigins: ['https://app.example.com'] }]);
    expect(LifecycleConfiguration.Rules).toHaveLength(3);
    const { Statement } = one('AWS::S3::BucketPolicy').Properties.PolicyDocument;
    expect(Statement.map(({ Sid }: { Sid: string }) => Sid)).toEqual(['DenyPlainHttp', 'DenyOldSignatures', 'DenyOverwrites', 'AllowDelivery']);
  });

  test.each([RemovalPolicy.RETAIN, RemovalPolicy.DESTROY])('keeps its policy as long as itself: %s', removalPolicy => {
    const { one } = synthesize(stack => ({ bucket: ownBucket(stack, { removalPolicy }) }));
    expect(one('AWS::S3::BucketPolicy').DeletionPolicy).toBe(one('AWS::S3::Bucket').DeletionPolicy);
  });

  test('may be in another stack', () => {
    const app = new App();
    const data = new Stack(app, 'Data');
    const stack = new Stack(app, 'Stack');
    new ImageService(stack, 'Images', { bucket: ownBucket(data), table: ownTable(data), delivery: Delivery.presignedOnly() });
    expect(warningsOf(stack)).toEqual([]);
    Template.fromStack(data).hasResourceProperties('AWS::S3::BucketPolicy', { PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Sid: 'DenyOverwrites' })]) } });
  });

  test('in another stack leaves the warning about references between stacks to those of the app itself', () => {
    const warnings = (arrange: (data: Stack, stack: Stack) => void): string[] => {
      const app = new App();
      const [data, stack] = ['Data', 'Stack'].map(id => new Stack(app, id));
      arrange(data, stack);
      new ImageService(stack, 'Images', { bucket: ownBucket(data), table: ownTable(data), delivery: Delivery.presignedOnly() });
      return warningsOf(stack);
    };
    const reference = (data: Stack, stack: Stack) => void new CfnOutput(stack, 'Output', { value: new sqs.Queue(data, 'Queue').queueUrl });
    const warnedByCdk = (() => {
      const app = new App();
      const [data, stack] = ['Data', 'Stack'].map(id => new Stack(app, id));
      reference(data, stack);
      return warningsOf(stack);
    })();
    expect(warnings(() => undefined)).toEqual([]);
    // None before aws-cdk-lib 2.260.
    expect(warnings(reference)).toEqual(warnedByCdk);
  });

  test('must be accelerated if URLs are to be', () => {
    const uploads = UploadRules.of({ acceleration: true });
    expect(() => synthesize(stack => ({ bucket: ownBucket(stack), uploads })))
      .toThrow("'uploads.acceleration' needs a 'bucket' with transfer acceleration, got: Stack/OwnBucket without it");
    expect(() => synthesize(stack => ({ bucket: ownBucket(stack, { transferAcceleration: true }), uploads }))).not.toThrow();
  });

  test('with a key of its own: the functions may use that key', () => {
    const result = synthesize(stack => ({ bucket: ownBucket(stack, { encryption: s3.BucketEncryption.KMS, encryptionKey: ownKey(stack) }) }));
    expect(statementsOf(result, 'ApiFunction')).toContainEqual(expect.objectContaining({ Action: ['kms:Decrypt', 'kms:GenerateDataKey'] }));
    expect(statementsOf(result, 'Sweeper')).toContainEqual(expect.objectContaining({ Action: 'kms:Decrypt' }));
  });
});

describe('an imported bucket', () => {
  function imported(props = {}, attributes: (stack: Stack) => Partial<s3.BucketAttributes> = () => ({})) {
    return synthesize(stack => ({ bucket: s3.Bucket.fromBucketAttributes(stack, 'Imported', { bucketName: 'photos', ...attributes(stack) }), uploads: UPLOADS, ...props }));
  }

  test('gets one warning, which prints what its owner must add', () => {
    const warnings = warningsOf(imported().stack);
    expect(warnings).toEqual([expect.stringContaining('got: photos.'), expect.stringContaining('EventBridge'), expect.stringContaining('CloudFront reads no variant')]);
    const statements = printedOf(warnings[0]);
    expect(statements).toEqual([
      expect.objectContaining({ Sid: 'DenyPlainHttp', Resource: ['arn:aws:s3:::photos', 'arn:aws:s3:::photos/*'] }),
      expect.objectContaining({ Sid: 'DenyOldSignatures', Resource: ['arn:aws:s3:::photos/originals/*', 'arn:aws:s3:::photos/variants/*'], Condition: { NumericGreaterThan: { 's3:signatureAge': '180000' } } }),
      expect.objectContaining({ Sid: 'DenyOverwrites', Effect: 'Deny', Principal: { AWS: '*' } }),
    ]);
    expect(warnings[0]).toContain('expire objects below variants/ with the tag generation=on-demand after 90 days');
    expect(printedOf(warnings[0], 'CORS rules')).toMatchObject([{ AllowedOrigins: ['https://app.example.com'], ExposeHeaders: ['ETag'] }]);
  });

  test('gets no CORS rules printed where there are no origins', () => {
    expect(warningsOf(imported({ uploads: UploadRules.of() }).stack)[0]).not.toContain('CORS');
  });

  test('is asked to be accelerated if URLs are to be', () => {
    expect(warningsOf(imported({ uploads: UploadRules.of({ acceleration: true }) }).stack)[0]).toContain('transfer acceleration: enabled');
  });

  test('gets a reminder of its key unless the key is known here', () => {
    const key = (stack: Stack) => kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-central-1:111122223333:key/k');
    const [unknown, known] = [imported(), imported({}, stack => ({ encryptionKey: key(stack) }))].map(({ stack }) => warningsOf(stack)[0]);
    expect(unknown).toContain('import the bucket by Bucket.fromBucketAttributes() with its encryptionKey, or no function may use the key');
    expect(known).not.toContain('encryptionKey');
  });

  test('stays quiet once acknowledged', () => {
    const stack = new Stack(new App(), 'Stack');
    new ImageService(stack, 'Images', { bucket: s3.Bucket.fromBucketName(stack, 'Imported', 'photos') });
    for (const id of ['imported-bucket', 'imported-bucket-delivery', 'imported-bucket-events']) Warnings.of(stack).acknowledgeWarning(`cdk-image-service:${id}`);
    expect(warningsOf(stack)).toEqual([]);
  });

  test('cannot be archived from here', () => {
    expect(() => imported({ retention: Retention.of({ archiveAfter: Duration.days(30) }) }))
      .toThrow("'retention.archiveAfter' cannot be given with an imported 'bucket', got: 30 days;");
  });

  test('makes no bucket, and lets the functions use it', () => {
    const result = imported();
    result.template.resourceCountIs('AWS::S3::Bucket', 0);
    expect(result.one('AWS::Lambda::Function', 'ApiFunction').Properties.Environment.Variables.BUCKET_NAME).toBe('photos');
    expect(JSON.stringify(statementsOf(result, 'ApiFunction'))).toContain(':s3:::photos/originals/*');
  });
});

describe('a table made in this app', () => {
  function incomplete(props: Partial<dynamodb.TableProps>, indexes: (table: dynamodb.Table) => void = () => undefined) {
    return () => synthesize(stack => {
      const table = new dynamodb.Table(stack, 'OwnTable', { partitionKey: { name: 'image_id', type: dynamodb.AttributeType.STRING }, ...props });
      indexes(table);
      return { table };
    });
  }

  test('is used if it has what it needs', () => {
    const { service, template, stack } = synthesize(own => ({ table: ownTable(own) }));
    template.resourceCountIs('AWS::DynamoDB::Table', 1);
    expect(service.table.node.id).toBe('OwnTable');
    expect(warningsOf(stack)).toEqual([]);
  });

  test('may be of the newer kind, and get its indexes late', () => {
    // TableV2 calls deprecated members of its own library and says so.
    jest.spyOn(console, 'warn').mockImplementation();
    const stack = new Stack(new App(), 'Stack');
    const table = new dynamodb.TableV2(stack, 'OwnTable', { partitionKey: { name: 'image_id', type: dynamodb.AttributeType.STRING }, timeToLiveAttribute: 'expires_at' });
    new ImageService(stack, 'Images', { table });
    table.addGlobalSecondaryIndex({
      indexName: 'by_user',
      partitionKey: { name: 'user_id', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'created_at', type: dynamodb.AttributeType.STRING },
    });
    expect(() => Template.fromStack(stack)).toThrow("index 'by_due'");
  });

  test.each<[string, () => unknown]>([
    ["index 'by_user' of 'user_id' (S) and 'created_at' (S) that projects ALL", incomplete({})],
    ["index 'by_due' of 'sweep' (N) and 'due_at' (N)", incomplete({})],
    ["time to live on 'expires_at'", incomplete({})],
    ["partition key 'image_id' (S), no sort key", incomplete({ partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING } })],
    ["partition key 'image_id' (S), no sort key", incomplete({ sortKey: { name: 'at', type: dynamodb.AttributeType.STRING } })],
    ["index 'by_user'", incomplete({}, table => table.addGlobalSecondaryIndex({
      indexName: 'by_user',
      partitionKey: { name: 'user_id', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'created_at', type: dynamodb.AttributeType.STRING },
      projectionType: dynamodb.ProjectionType.KEYS_ONLY,
    }))],
    ["index 'by_due'", incomplete({}, table => table.addGlobalSecondaryIndex({
      indexName: 'by_due',
      partitionKey: { name: 'sweep', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'due_at', type: dynamodb.AttributeType.NUMBER },
    }))],
  ])('fails without %s', (missing, make) => {
    expect(make).toThrow(`'table' must have: ${missing}`);
    expect(make).toThrow('got: Stack/OwnTable without it');
  });

  test('with a key of its own: the functions may use that key', () => {
    const result = synthesize(stack => ({ table: ownTable(stack, { encryption: dynamodb.TableEncryption.CUSTOMER_MANAGED, encryptionKey: new kms.Key(stack, 'TableKey') }) }));
    expect(JSON.stringify(statementsOf(result, 'Sweeper'))).toContain('dynamodb.');
    expect(statementsOf(result, 'Sweeper')).toContainEqual(expect.objectContaining({ Action: expect.arrayContaining(['kms:DescribeKey']) }));
  });
});

test('an imported table gets one warning, which says what it needs', () => {
  const { stack, template } = synthesize(own => ({ table: dynamodb.Table.fromTableName(own, 'Imported', 'records') }));
  const warnings = warningsOf(stack);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain('import it by Table.fromTableAttributes() with its encryptionKey');
  for (const need of ["'image_id'", "'by_user'", "'by_due'", "'expires_at'"]) expect(warnings[0]).toContain(need);
  template.resourceCountIs('AWS::DynamoDB::Table', 0);
});
