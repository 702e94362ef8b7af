import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { SqsDestination } from 'aws-cdk-lib/aws-s3-notifications';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { makeBucket } from './combinations';
import { synthesize, testApp, type Synthesized } from './synth';
import { ImageService, Processing, Scanner } from '../../src';

const importBucket = (stack: Stack) => s3.Bucket.fromBucketName(stack, 'Imported', 'photos');

function expectRule({ one }: Pick<Synthesized, 'one'>, bucketName: unknown): void {
  expect(one('AWS::Events::Rule', 'StorageUploads').Properties).toMatchObject({
    EventPattern: {
      'source': ['aws.s3'],
      'detail-type': ['Object Created'],
      'detail': { bucket: { name: [bucketName] }, object: { key: [{ prefix: 'originals/' }] } },
    },
    State: 'ENABLED',
    Targets: [{ Arn: { 'Fn::GetAtt': [expect.stringContaining('QueueUploads'), 'Arn'] } }],
  });
}

describe.each<[string, (stack: Stack) => s3.IBucket, unknown]>([
  ['of this app', makeBucket, { Ref: expect.stringContaining('OwnBucket') }],
  ['that is imported', importBucket, 'photos'],
])('a bucket %s', (_name, createBucket, bucketName) => {
  const result = synthesize(stack => ({ bucket: createBucket(stack) }));

  test('sends originals to the queue by a rule, after the queue allows rules', () => {
    expectRule(result, bucketName);
    const policyId = Object.keys(result.all('AWS::SQS::QueuePolicy')).find(id => id.includes('Uploads'));
    expect(result.one('AWS::Events::Rule', 'StorageUploads').DependsOn).toContain(policyId);
    const { Statement } = result.one('AWS::SQS::QueuePolicy', 'Uploads').Properties.PolicyDocument;
    expect(Statement.filter(({ Sid }: { Sid: string }) => Sid === 'AllowEventsOfRules')).toEqual([
      expect.objectContaining({
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
      }),
    ]);
  });

  // S3 validates a configuration as a whole: an old or overlapping notification would fail the deployment.
  test('gets no notification configuration from the service', () => {
    for (const { Properties } of Object.values(result.all('Custom::S3BucketNotifications'))) {
      expect(Properties.NotificationConfiguration).toEqual({ EventBridgeConfiguration: {} });
    }
    for (const { Properties } of Object.values(result.all('AWS::S3::Bucket'))) {
      expect(Properties).not.toHaveProperty('NotificationConfiguration');
    }
  });

  test('gets no rule with Processing.none()', () => {
    const { all } = synthesize(stack => ({ bucket: createBucket(stack), processing: Processing.none() }));
    expect(Object.keys(all('AWS::Events::Rule')).filter(id => id.includes('StorageUploads'))).toEqual([]);
  });

  test('sends originals and GuardDuty results to the queue, with one statement', () => {
    const guarded = synthesize(
      stack => ({ bucket: createBucket(stack), processing: Processing.queue({ scanner: Scanner.guardDuty() }) }),
    );
    expectRule(guarded, bucketName);
    const { Statement } = guarded.one('AWS::SQS::QueuePolicy', 'Uploads').Properties.PolicyDocument;
    expect(Statement.map(({ Sid }: { Sid: string }) => Sid)).toEqual([
      'AllowEventsOfStorage', 'DenyPlainHttp', 'AllowEventsOfRules',
    ]);
  });
});

describe('a bucket of this app', () => {
  const prepareSynthesis = (props: s3.BucketProps, arrange?: (service: ImageService, stack: Stack) => void) => () =>
    synthesize(stack => ({ bucket: makeBucket(stack, props) }), arrange);

  test('must send its events to EventBridge', () => {
    expect(prepareSynthesis({ eventBridgeEnabled: false }))
      .toThrow(
        "'bucket' must send its events to EventBridge, which forwards uploads to the queue, got: Stack/OwnBucket without it; set 'eventBridgeEnabled: true'",
      );
  });

  test.each<[string, (service: ImageService) => void]>([
    ['by its method, later', ({ bucket }) => bucket.enableEventBridgeNotification()],
    ['by its properties', ({ bucket }) => {
      (bucket.node.defaultChild as s3.CfnBucket).notificationConfiguration = {
        eventBridgeConfiguration: { eventBridgeEnabled: true },
      };
    }],
    ['by an override', ({ bucket }) => (bucket.node.defaultChild as s3.CfnBucket).addPropertyOverride(
      'NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled', true,
    )],
  ])('may enable it %s', (_name, arrange) => {
    expect(prepareSynthesis({ eventBridgeEnabled: false }, arrange)).not.toThrow();
  });

  test('keeps its own notifications', () => {
    const { all } = prepareSynthesis({}, (service, stack) => {
      service.bucket.addEventNotification(
        s3.EventType.OBJECT_CREATED, new SqsDestination(new sqs.Queue(stack, 'Others')),
      );
    })();
    const [{ Properties: { NotificationConfiguration } }] = Object.values(all('Custom::S3BucketNotifications'));
    expect(NotificationConfiguration).toMatchObject({
      EventBridgeConfiguration: {},
      QueueConfigurations: [{ Events: ['s3:ObjectCreated:*'] }],
    });
  });

  test('in another stack causes no circular dependency', () => {
    const app = testApp();
    const [data, stack] = ['Data', 'Stack'].map(id => new Stack(app, id));
    new ImageService(stack, 'Images', { bucket: makeBucket(data) });
    const template = Template.fromStack(stack);
    template.resourceCountIs('Custom::S3BucketNotifications', 0);
    const [rule] = Object.values(template.findResources('AWS::Events::Rule')).filter(
      ({ Properties }) => Properties.EventPattern?.source?.includes('aws.s3'),
    );
    expect(rule.Properties.EventPattern.detail.bucket.name).toEqual([
      { 'Fn::ImportValue': expect.stringContaining('OwnBucket') },
    ]);
    expect(data.dependencies).toEqual([]);
  });
});

describe('an imported bucket', () => {
  function findCommand(bucket: (stack: Stack) => s3.IBucket = importBucket): string {
    const stack = new Stack(new App(), 'Stack');
    new ImageService(stack, 'Images', { bucket: bucket(stack) });
    const [{ entry }] = Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('imported-bucket-events'));
    return /^aws s3api [^]*?file:\/\/\S+$/m.exec(`${entry.data}`)![0];
  }

  /** Runs the command with a fake `aws` that prints a configuration, and returns the configuration that it puts. */
  function readPutConfiguration(command: string, configuration: string, status = 0): unknown {
    const folder = mkdtempSync(join(tmpdir(), 'notification-'));
    try {
      writeFileSync(join(folder, 'now.json'), configuration);
      const script = `#!/bin/sh\ncase $2 in get-*) cat now.json; exit ${status} ;; put-*) cp notification.json put.json; echo "$4" > bucket ;; esac\n`;
      writeFileSync(join(folder, 'aws'), script);
      chmodSync(join(folder, 'aws'), 0o755);
      try {
        execFileSync('bash', ['-c', command], {
          cwd: folder,
          stdio: 'pipe',
          env: { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}` },
        });
      } catch {
        // The result is the configuration that was put.
      }
      if (!existsSync(join(folder, 'put.json'))) return undefined;
      expect(readFileSync(join(folder, 'bucket'), 'utf8').trim()).toBe('photos');
      return JSON.parse(readFileSync(join(folder, 'put.json'), 'utf8'));
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  const QUEUES = {
    QueueConfigurations: [
      { Id: 'a', QueueArn: 'arn:aws:sqs:eu-central-1:111122223333:others', Events: ['s3:ObjectRemoved:*'] },
    ],
  };

  test.each<[string, string, unknown]>([
    ['no notifications', '', { EventBridgeConfiguration: {} }],
    ['notifications', JSON.stringify(QUEUES, null, 4), { ...QUEUES, EventBridgeConfiguration: {} }],
    ['EventBridge on', '{ "EventBridgeConfiguration": {} }\n', { EventBridgeConfiguration: {} }],
  ])('with %s gets a command that keeps its notifications', (_name, now, put) => {
    expect(readPutConfiguration(findCommand(), now)).toEqual(put);
  });

  test('gets a command that writes nothing if its read fails', () => {
    expect(readPutConfiguration(findCommand(), '', 254)).toBeUndefined();
    expect(readPutConfiguration(findCommand(), '{"QueueConfigurations": [')).toBeUndefined();
  });

  test('with an unknown name gets a command with a placeholder', () => {
    const importByToken = (stack: Stack) => s3.Bucket.fromBucketName(stack, 'Imported', `photos-${stack.account}`);
    expect(findCommand(importByToken)).toContain('--bucket <bucket> --output');
  });
});
