import { Duration, Size, type Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { SqsDestination } from 'aws-cdk-lib/aws-s3-notifications';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { makeKey } from './combinations';
import { synthesize, type PropsFor } from './synth';
import { ImageLimits, Processing, UploadRules } from '../../src';
import { IMAGE_LIMITS, buildSurplusQueueAttributes } from '../../src/contract';

function getQueue(props?: PropsFor) {
  return synthesize(props).one('AWS::SQS::Queue', 'Uploads').Properties;
}

function getWorker(props?: PropsFor) {
  return synthesize(props).one('AWS::Lambda::Function', 'Worker').Properties;
}

function getVariables(props?: PropsFor): Record<string, string> {
  return getWorker(props).Environment.Variables;
}

const QUEUES = ['Uploads', 'Surplus'] as const;

/** The event source between a queue and the worker. */
function getEventSource(queue: typeof QUEUES[number], props?: PropsFor) {
  const [source] = Object.values(synthesize(props).all('AWS::Lambda::EventSourceMapping')).filter(
    ({ Properties }) => JSON.stringify(Properties.EventSourceArn).includes(`Queue${queue}`),
  );
  return source.Properties;
}

describe('the surplus queue', () => {
  const surplusQueue = synthesize().one('AWS::SQS::Queue', 'Surplus').Properties;

  // The dead-letter queue of a FIFO queue must be FIFO:
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
  test('is FIFO and encrypted, and has no redrive policy', () => {
    expect(surplusQueue).toMatchObject({ FifoQueue: true, SqsManagedSseEnabled: true });
    expect(surplusQueue).not.toHaveProperty('RedrivePolicy');
    expect(surplusQueue).not.toHaveProperty('ContentBasedDeduplication');
  });

  test('has the visibility timeout and retention of the queue of uploads', () => {
    const props = { processing: Processing.queue({ timeout: Duration.minutes(2) }) };
    const times = QUEUES.map(queue => synthesize(props).one('AWS::SQS::Queue', queue).Properties).map(
      ({ VisibilityTimeout, MessageRetentionPeriod }) => [VisibilityTimeout, MessageRetentionPeriod],
    );
    expect(times).toEqual([[12 * 60, 4 * 86_400], [12 * 60, 4 * 86_400]]);
  });

  test('has the same settings locally and on AWS', () => {
    const local = buildSurplusQueueAttributes(60);
    expect(Object.fromEntries(Object.keys(local).map(name => [name, `${surplusQueue[name]}`]))).toEqual(local);
  });
});

describe('the queue of uploads', () => {
  const queue = { 'Fn::GetAtt': [expect.stringContaining('QueueUploads'), 'Arn'] };

  test('is encrypted, and moves a message to the dead-letter queue after five tries', () => {
    expect(getQueue()).toMatchObject({
      SqsManagedSseEnabled: true,
      RedrivePolicy: {
        maxReceiveCount: 5,
        deadLetterTargetArn: { 'Fn::GetAtt': [expect.stringContaining('DeadLetters'), 'Arn'] },
      },
    });
  });

  test('hides a message for six timeouts of the worker', () => {
    expect(getQueue().VisibilityTimeout).toBe(6 * 60);
    expect(getQueue({ processing: Processing.queue({ timeout: Duration.minutes(2) }) }).VisibilityTimeout).toBe(
      12 * 60,
    );
  });

  test('has a dead-letter queue that keeps messages for 14 days', () => {
    expect(synthesize().one('AWS::SQS::Queue', 'ProcessingQueueDeadLetters').Properties).toMatchObject({
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 14 * 86_400,
    });
  });

  test('denies plain HTTP, as all queues do', () => {
    for (const idPart of ['QueueUploads', 'ProcessingQueueSurplus', 'ProcessingQueueDeadLetters']) {
      expect(synthesize().one('AWS::SQS::QueuePolicy', idPart).Properties.PolicyDocument.Statement).toContainEqual(
        expect.objectContaining({
          Effect: 'Deny',
          Principal: { AWS: '*' },
          Action: 'sqs:*',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      );
    }
  });

  test('accepts events of any bucket of the account', () => {
    const { PolicyDocument, Queues } = synthesize().one('AWS::SQS::QueuePolicy', 'Uploads').Properties;
    expect(PolicyDocument.Statement.filter(({ Effect }: { Effect: string }) => Effect === 'Allow')).toEqual([{
      Sid: 'AllowEventsOfStorage',
      Effect: 'Allow',
      Principal: { Service: 's3.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: queue,
      Condition: {
        StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
        ArnLike: { 'aws:SourceArn': { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':s3:::*']] } },
      },
    }]);
    expect(JSON.stringify([PolicyDocument, Queues])).not.toContain('Bucket');
  });

  test.each([['keys of S3', {}], ['a key of the account', (stack: Stack) => ({ encryptionKey: makeKey(stack) })]])(
    'gets events of originals from a bucket with %s, which depends on the policy', (_keys, props) => {
      const { one, all } = synthesize(props);
      const bucket = one('AWS::S3::Bucket');
      expect(bucket.Properties.NotificationConfiguration).toEqual({
        QueueConfigurations: [{
          Event: 's3:ObjectCreated:*',
          Queue: queue,
          Filter: { S3Key: { Rules: [{ Name: 'prefix', Value: 'originals/' }] } },
        }],
      });
      expect(bucket.DependsOn).toEqual([Object.keys(all('AWS::SQS::QueuePolicy')).find(id => id.includes('Uploads'))]);
      expect(Object.keys(all('Custom::S3BucketNotifications'))).toEqual([]);
    },
  );
});

describe('the worker', () => {
  test('gets one message at a time from each queue, and reports each failure', () => {
    for (const queue of QUEUES) {
      expect(getEventSource(queue)).toMatchObject({ BatchSize: 1, FunctionResponseTypes: ['ReportBatchItemFailures'] });
    }
    const processing = Processing.queue({ batchSize: 10 });
    expect(QUEUES.map(queue => getEventSource(queue, { processing }).BatchSize)).toEqual([10, 1]);
  });

  // New accounts have 10 concurrent executions for all functions (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
  test('leaves 4 of the 10 concurrent executions of a new account to other functions', () => {
    const [uploads, surplus] = QUEUES.map(queue => getEventSource(queue).ScalingConfig.MaximumConcurrency as number);
    expect([uploads, surplus]).toEqual([4, 2]);
  });

  test.each([
    // [maxConcurrency, maxConcurrencyPerUser], workers by queue, and those of one user by queue
    [[undefined, undefined], [4, 2], [2, 1]],
    [[4, undefined], [2, 2], [1, 1]],
    [[5, undefined], [3, 2], [1, 1]],
    [[50, undefined], [38, 12], [19, 6]],
    [[1000, undefined], [750, 250], [375, 125]],
    [[50, 2], [38, 12], [1, 1]],
    [[6, 6], [4, 2], [4, 2]],
    [[50, 49], [38, 12], [38, 11]],
  ])(
    'with concurrency %j runs %j at once, %j for one user',
    ([maxConcurrency, maxConcurrencyPerUser], workers, ofUser) => {
      const props = { processing: Processing.queue({ maxConcurrency, maxConcurrencyPerUser }) };
      expect(QUEUES.map(queue => getEventSource(queue, props).ScalingConfig.MaximumConcurrency)).toEqual(workers);
      expect([getVariables(props).OWNER_SHARE, getVariables(props).OWNER_LANES].map(Number)).toEqual(ofUser);
    },
  );

  test('has one vCPU and a minute, no reserved concurrency and no larger disk', () => {
    expect(getWorker()).toMatchObject({ MemorySize: 1769, Timeout: 60 });
    expect(getWorker()).not.toHaveProperty('ReservedConcurrentExecutions');
    expect(getWorker()).not.toHaveProperty('EphemeralStorage');
  });

  test('has more memory and time if limits or uploads need it', () => {
    const imageLimits = ImageLimits.of({ decodeMemory: Size.gibibytes(2), decodeTime: Duration.seconds(60) });
    const processing = Processing.queue({ imageLimits });
    expect(getWorker({ processing })).toMatchObject({ MemorySize: 2048 + 128 + 2 * 25 + 256, Timeout: 2 * 60 + 15 });
    const uploads = UploadRules.of({ maxSize: Size.mebibytes(500) });
    expect(getWorker({ uploads })).toMatchObject({ MemorySize: 1024 + 128 + 2 * 500 + 256, Timeout: 20 + 10 + 100 });
  });

  test('gets its settings in the environment', () => {
    expect(getVariables()).toMatchObject({ MAX_RECEIVES: '5', WORKER_TIMEOUT_SECONDS: '60', PROCESSING_MODE: 'queue' });
    expect(getVariables()).toMatchObject({ SCANNER: 'none', SCANNER_FUNCTION: '' });
    expect(JSON.parse(getVariables().IMAGE_LIMITS)).toEqual(IMAGE_LIMITS);
    const pixels = { maxPixels: 1, maxJpegPixels: 8, maxAvifPixels: 2, maxHeicPixels: 3, maxAnimationPixels: 6 };
    const counts = { ...pixels, maxSide: 4, maxFrames: 5, maxScans: 7 };
    const processing = Processing.queue({ imageLimits: ImageLimits.of(counts) });
    expect(JSON.parse(getVariables({ processing }).IMAGE_LIMITS)).toEqual({
      ...counts,
      decodeSeconds: 10,
      decodeMemoryMiB: 1024,
    });
  });

  test('has a limit for JPEG that differs from the other formats', () => {
    const processing = Processing.queue({ imageLimits: ImageLimits.of({ maxPixels: 10 }) });
    expect(JSON.parse(getVariables({ processing }).IMAGE_LIMITS)).toEqual({ ...IMAGE_LIMITS, maxPixels: 10 });
  });
});

test("the sweeper and the operator function send to the worker's queue, and the worker returns messages to it", () => {
  const { all, one } = synthesize();
  const [uploads] = Object.keys(all('AWS::SQS::Queue')).filter(id => id.includes('Uploads'));
  const [deadLetters] = Object.keys(all('AWS::SQS::Queue')).filter(id => id.includes('ProcessingQueueDeadLetters'));
  for (const idPart of ['Sweeper', 'Operator', 'Worker']) {
    expect(one('AWS::Lambda::Function', idPart).Properties.Environment.Variables).toMatchObject({
      QUEUE_URL: { Ref: uploads },
      PROCESSING_MODE: 'queue',
    });
  }
  const { Variables } = one('AWS::Lambda::Function', 'Operator').Properties.Environment;
  expect(Variables).toMatchObject({ DEAD_LETTER_QUEUE_URL: { Ref: deadLetters }, VARIANTS: getVariables().VARIANTS });
  const [surplus] = Object.keys(all('AWS::SQS::Queue')).filter(id => id.includes('Surplus'));
  for (const idPart of ['Operator', 'Worker']) {
    expect(one('AWS::Lambda::Function', idPart).Properties.Environment.Variables).toMatchObject({
      SURPLUS_QUEUE_URL: { Ref: surplus },
      DEAD_LETTER_QUEUE_URL: { Ref: deadLetters },
    });
  }
  expect(QUEUES.map(queue => getEventSource(queue).EventSourceArn)).toEqual(
    [uploads, surplus].map(id => ({ 'Fn::GetAtt': [id, 'Arn'] })),
  );
});

describe('without processing', () => {
  const result = synthesize({ processing: Processing.none() });

  test('makes no queue, no worker and no operator function', () => {
    const { service, template, all } = result;
    for (const type of ['AWS::SQS::Queue', 'AWS::SQS::QueuePolicy', 'AWS::Lambda::EventSourceMapping']) {
      template.resourceCountIs(type, 0);
    }
    expect(Object.keys(all('AWS::Lambda::Function'))).toHaveLength(2);
    const { queue, surplusQueue, deadLetterQueue, workerFunction, operatorFunction } = service;
    expect([queue, surplusQueue, deadLetterQueue, workerFunction, operatorFunction].filter(Boolean)).toEqual([]);
    expect(service.functions).toHaveLength(2);
    expect(result.one('AWS::S3::Bucket').Properties).not.toHaveProperty('NotificationConfiguration');
  });

  test('the functions get PROCESSING_MODE none', () => {
    for (const idPart of ['ApiFunction', 'Sweeper']) {
      const { Variables } = result.one('AWS::Lambda::Function', idPart).Properties.Environment;
      expect(Variables.PROCESSING_MODE).toBe('none');
      expect(Variables).not.toHaveProperty('QUEUE_URL');
    }
  });

  test('methods that need processing are rejected', () => {
    expect(() => result.service.grantOperate(result.service.apiFunction.role!)).toThrow(
      "'grantOperate' needs Processing.queue(), got: Processing.none()",
    );
  });
});

test("the service's bucket rejects other notifications, with which CDK would overwrite the service's", () => {
  const notifyOthers = () => synthesize({}, (service, stack) => {
    service.bucket.addEventNotification(
      s3.EventType.OBJECT_REMOVED, new SqsDestination(new sqs.Queue(stack, 'Removed')),
    );
  });
  expect(notifyOthers).toThrow(
    "'bucket' of an image service cannot have other notifications, got: notifications on Stack/Images/Storage/Bucket",
  );
});

test('a circular dependency fails synthesis', () => {
  const withCircle = () => synthesize({}, ({ queue, bucket }) => queue!.node.addDependency(bucket.node.defaultChild!));
  expect(withCircle).toThrow(/cycl|circular/i);
});
