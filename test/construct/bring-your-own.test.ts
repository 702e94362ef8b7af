import { Annotations as Warnings, App, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { makeBucket, makeKey, makeTable } from './combinations';
import { parsePrintedList, listStatements, synthesize } from './synth';
import { Delivery, ImageService, Retention, UploadRules } from '../../src';

const UPLOADS = UploadRules.of({ corsOrigins: ['https://app.example.com'], urlTtl: Duration.minutes(3) });

function listWarnings(stack: Stack): string[] {
  return Annotations.fromStack(stack).findWarning('*', Match.anyValue()).map(({ entry }) => `${entry.data}`);
}

describe('a bucket made in this app', () => {
  test('is used, and gets a policy, CORS rules and lifecycle rules', () => {
    const retention = Retention.of({ archiveAfter: Duration.days(30) });
    const { service, template, one } = synthesize(
      stack => ({ bucket: makeBucket(stack), uploads: UPLOADS, retention }),
    );
    template.resourceCountIs('AWS::S3::Bucket', 1);
    expect(service.bucket.node.id).toBe('OwnBucket');
    const { CorsConfiguration, LifecycleConfiguration } = one('AWS::S3::Bucket').Properties;
    expect(CorsConfiguration.CorsRules).toMatchObject([{ AllowedOrigins: ['https://app.example.com'] }]);
    expect(LifecycleConfiguration.Rules).toHaveLength(3);
    const { Statement } = one('AWS::S3::BucketPolicy').Properties.PolicyDocument;
    expect(Statement.map(({ Sid }: { Sid: string }) => Sid)).toEqual([
      'DenyPlainHttp', 'DenyOldSignatures', 'DenyOverwrites', 'AllowDelivery',
    ]);
  });

  test.each([RemovalPolicy.RETAIN, RemovalPolicy.DESTROY])(
    'keeps its policy as long as the bucket: %s', removalPolicy => {
      const { one } = synthesize(stack => ({ bucket: makeBucket(stack, { removalPolicy }) }));
      expect(one('AWS::S3::BucketPolicy').DeletionPolicy).toBe(one('AWS::S3::Bucket').DeletionPolicy);
    },
  );

  test('may be in another stack', () => {
    const app = new App();
    const data = new Stack(app, 'Data');
    const stack = new Stack(app, 'Stack');
    new ImageService(stack, 'Images', {
      bucket: makeBucket(data),
      table: makeTable(data),
      delivery: Delivery.presignedOnly(),
    });
    expect(listWarnings(stack)).toEqual([]);
    Template.fromStack(data).hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Sid: 'DenyOverwrites' })]) },
    });
  });

  test('in another stack adds no cross-stack warning to those of the app itself', () => {
    const warnings = (arrange: (data: Stack, stack: Stack) => void): string[] => {
      const app = new App();
      const [data, stack] = ['Data', 'Stack'].map(id => new Stack(app, id));
      arrange(data, stack);
      new ImageService(stack, 'Images', {
        bucket: makeBucket(data),
        table: makeTable(data),
        delivery: Delivery.presignedOnly(),
      });
      return listWarnings(stack);
    };
    const addReference = (data: Stack, stack: Stack) =>
      void new CfnOutput(stack, 'Output', { value: new sqs.Queue(data, 'Queue').queueUrl });
    const warnedByCdk = (() => {
      const app = new App();
      const [data, stack] = ['Data', 'Stack'].map(id => new Stack(app, id));
      addReference(data, stack);
      return listWarnings(stack);
    })();
    expect(warnings(() => undefined)).toEqual([]);
    // Empty before aws-cdk-lib 2.260.
    expect(warnings(addReference)).toEqual(warnedByCdk);
  });

  test('needs transfer acceleration if URLs use it', () => {
    const uploads = UploadRules.of({ acceleration: true });
    expect(() => synthesize(stack => ({ bucket: makeBucket(stack), uploads })))
      .toThrow("'uploads.acceleration' needs a 'bucket' with transfer acceleration, got: Stack/OwnBucket without it");
    expect(
      () => synthesize(stack => ({ bucket: makeBucket(stack, { transferAcceleration: true }), uploads })),
    ).not.toThrow();
  });

  test('with its own key lets the functions use that key', () => {
    const result = synthesize(
      stack => ({ bucket: makeBucket(stack, { encryption: s3.BucketEncryption.KMS, encryptionKey: makeKey(stack) }) }),
    );
    expect(listStatements(result, 'ApiFunction')).toContainEqual(
      expect.objectContaining({ Action: ['kms:Decrypt', 'kms:GenerateDataKey'] }),
    );
    expect(listStatements(result, 'Sweeper')).toContainEqual(expect.objectContaining({ Action: 'kms:Decrypt' }));
  });
});

describe('an imported bucket', () => {
  function importBucket(props = {}, attributes: (stack: Stack) => Partial<s3.BucketAttributes> = () => ({})) {
    return synthesize(stack => ({
      bucket: s3.Bucket.fromBucketAttributes(stack, 'Imported', { bucketName: 'photos', ...attributes(stack) }),
      uploads: UPLOADS,
      ...props,
    }));
  }

  test('gets one warning, which prints the statements that its owner must add', () => {
    const warnings = listWarnings(importBucket().stack);
    expect(warnings).toEqual([
      expect.stringContaining('got: photos.'), expect.stringContaining('EventBridge'),
      expect.stringContaining('CloudFront cannot read variants'),
    ]);
    const statements = parsePrintedList(warnings[0]);
    expect(statements).toEqual([
      expect.objectContaining({ Sid: 'DenyPlainHttp', Resource: ['arn:aws:s3:::photos', 'arn:aws:s3:::photos/*'] }),
      expect.objectContaining({
        Sid: 'DenyOldSignatures',
        Resource: ['arn:aws:s3:::photos/originals/*', 'arn:aws:s3:::photos/variants/*'],
        Condition: { NumericGreaterThan: { 's3:signatureAge': '180000' } },
      }),
      expect.objectContaining({ Sid: 'DenyOverwrites', Effect: 'Deny', Principal: { AWS: '*' } }),
    ]);
    expect(warnings[0]).toContain('expire objects below variants/ with the tag generation=on-demand after 90 days');
    expect(parsePrintedList(warnings[0], 'CORS rules')).toMatchObject([
      { AllowedOrigins: ['https://app.example.com'], ExposeHeaders: ['ETag'] },
    ]);
  });

  test('prints no CORS rules without origins', () => {
    expect(listWarnings(importBucket({ uploads: UploadRules.of() }).stack)[0]).not.toContain('CORS');
  });

  test('gets a reminder of transfer acceleration if URLs use it', () => {
    expect(listWarnings(importBucket({ uploads: UploadRules.of({ acceleration: true }) }).stack)[0]).toContain(
      'transfer acceleration: enabled',
    );
  });

  test('gets a reminder of its key unless the app knows the key', () => {
    const key = (stack: Stack) => kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-central-1:111122223333:key/k');
    const [unknown, known] = [importBucket(), importBucket({}, stack => ({ encryptionKey: key(stack) }))].map(
      ({ stack }) => listWarnings(stack)[0],
    );
    expect(unknown).toContain(
      'import the bucket by Bucket.fromBucketAttributes() with its encryptionKey; otherwise the functions cannot use the key',
    );
    expect(known).not.toContain('encryptionKey');
  });

  test('prints no warning after an acknowledgement', () => {
    const stack = new Stack(new App(), 'Stack');
    new ImageService(stack, 'Images', { bucket: s3.Bucket.fromBucketName(stack, 'Imported', 'photos') });
    for (const id of ['imported-bucket', 'imported-bucket-delivery', 'imported-bucket-events']) {
      Warnings.of(stack).acknowledgeWarning(`cdk-image-service:${id}`);
    }
    expect(listWarnings(stack)).toEqual([]);
  });

  test('rejects archiveAfter', () => {
    expect(() => importBucket({ retention: Retention.of({ archiveAfter: Duration.days(30) }) }))
      .toThrow("'retention.archiveAfter' cannot be given with an imported 'bucket', got: 30 days;");
  });

  test('makes no new bucket, and lets the functions use it', () => {
    const result = importBucket();
    result.template.resourceCountIs('AWS::S3::Bucket', 0);
    expect(result.one('AWS::Lambda::Function', 'ApiFunction').Properties.Environment.Variables.BUCKET_NAME).toBe(
      'photos',
    );
    expect(JSON.stringify(listStatements(result, 'ApiFunction'))).toContain(':s3:::photos/originals/*');
  });
});

describe('a table made in this app', () => {
  function synthesizeTable(
    props: Partial<dynamodb.TableProps>, indexes: (table: dynamodb.Table) => void = () => undefined,
  ) {
    return () => synthesize(stack => {
      const table = new dynamodb.Table(stack, 'OwnTable', {
        partitionKey: { name: 'image_id', type: dynamodb.AttributeType.STRING },
        ...props,
      });
      indexes(table);
      return { table };
    });
  }

  test('is used if it has all properties', () => {
    const { service, template, stack } = synthesize(own => ({ table: makeTable(own) }));
    template.resourceCountIs('AWS::DynamoDB::Table', 1);
    expect(service.table.node.id).toBe('OwnTable');
    expect(listWarnings(stack)).toEqual([]);
  });

  test('may be a TableV2 that gets its indexes late', () => {
    // TableV2 calls deprecated members of its own library, which prints warnings.
    jest.spyOn(console, 'warn').mockImplementation();
    const stack = new Stack(new App(), 'Stack');
    const table = new dynamodb.TableV2(stack, 'OwnTable', {
      partitionKey: { name: 'image_id', type: dynamodb.AttributeType.STRING },
      timeToLiveAttribute: 'expires_at',
    });
    new ImageService(stack, 'Images', { table });
    table.addGlobalSecondaryIndex({
      indexName: 'by_user',
      partitionKey: { name: 'user_id', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'created_at', type: dynamodb.AttributeType.STRING },
    });
    expect(() => Template.fromStack(stack)).toThrow("index 'by_due'");
  });

  test.each<[string, () => unknown]>([
    ["index 'by_user' of 'user_id' (S) and 'created_at' (S) that projects ALL", synthesizeTable({})],
    ["index 'by_due' of 'sweep' (N) and 'due_at' (N)", synthesizeTable({})],
    ["time to live on 'expires_at'", synthesizeTable({})],
    [
      "partition key 'image_id' (S), no sort key",
      synthesizeTable({ partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING } }),
    ],
    [
      "partition key 'image_id' (S), no sort key",
      synthesizeTable({ sortKey: { name: 'at', type: dynamodb.AttributeType.STRING } }),
    ],
    ["index 'by_user'", synthesizeTable({}, table => table.addGlobalSecondaryIndex({
      indexName: 'by_user',
      partitionKey: { name: 'user_id', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'created_at', type: dynamodb.AttributeType.STRING },
      projectionType: dynamodb.ProjectionType.KEYS_ONLY,
    }))],
    ["index 'by_due'", synthesizeTable({}, table => table.addGlobalSecondaryIndex({
      indexName: 'by_due',
      partitionKey: { name: 'sweep', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'due_at', type: dynamodb.AttributeType.NUMBER },
    }))],
  ])('is rejected without %s', (missing, make) => {
    expect(make).toThrow(`'table' must have: ${missing}`);
    expect(make).toThrow('got: Stack/OwnTable without it');
  });

  test('with its own key lets the functions use that key', () => {
    const result = synthesize(stack => ({
      table: makeTable(stack, {
        encryption: dynamodb.TableEncryption.CUSTOMER_MANAGED,
        encryptionKey: new kms.Key(stack, 'TableKey'),
      }),
    }));
    expect(JSON.stringify(listStatements(result, 'Sweeper'))).toContain('dynamodb.');
    expect(listStatements(result, 'Sweeper')).toContainEqual(
      expect.objectContaining({ Action: expect.arrayContaining(['kms:DescribeKey']) }),
    );
  });
});

test('an imported table gets one warning with the properties that it needs', () => {
  const { stack, template } = synthesize(own => ({ table: dynamodb.Table.fromTableName(own, 'Imported', 'records') }));
  const warnings = listWarnings(stack);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain('import it by Table.fromTableAttributes() with its encryptionKey');
  for (const need of ["'image_id'", "'by_user'", "'by_due'", "'expires_at'"]) expect(warnings[0]).toContain(need);
  template.resourceCountIs('AWS::DynamoDB::Table', 0);
});
