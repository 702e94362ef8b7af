import { App, Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { makeKey, makeTable } from './combinations';
import { listStatements, type Synthesized, synthesize, testApp } from './synth';
import { describeChange } from '../../lambda/domain/events/describe-change';
import { Events, ImageService } from '../../src';
import { STATUSES } from '../../src/contract';
import { buildRecord } from '../lambda/events/records';
import { passesFilters } from '../support/stream-filter';
import { buildStreamRecord } from '../support/stream-records';

const ON = { events: Events.eventBridge() };

function readMapping(synthesized: Synthesized): Record<string, any> {
  return synthesized.one('AWS::Lambda::EventSourceMapping', 'EventsStream').Properties;
}

describe('by default', () => {
  test('there is no stream, publisher, queue or rule', () => {
    const { one, all, service } = synthesize();
    expect(one('AWS::DynamoDB::Table').Properties).not.toHaveProperty('StreamSpecification');
    expect(Object.keys(all('AWS::Lambda::Function')).filter(id => id.includes('Events'))).toEqual([]);
    expect([service.publisherFunction, service.undeliveredEventsQueue]).toEqual([undefined, undefined]);
  });

  test('Events.none() changes nothing, and a rule is an error that says so', () => {
    expect(synthesize({ events: Events.none() }).template.toJSON()).toEqual(synthesize().template.toJSON());
    expect(() => synthesize({ events: Events.none() }, service => service.onImageReady('Ready'))).toThrow(
      "Stack/Images: 'events' must publish events if the service has rules for them, got: Events.none(); use Events.eventBridge(), or leave it out",
    );
  });
});

test('a queue instead of a target is an error that names the target', () => {
  expect(() => synthesize({}, (service, stack) => {
    service.onImageReady('Ready', { target: new sqs.Queue(stack, 'Queue') as never });
  })).toThrow(
    "Stack/Images: 'target' must be a target of a rule, got: an object of Queue2; write it like new SqsQueue(queue), with SqsQueue of aws-cdk-lib/aws-events-targets",
  );
});

test('the prop and the first rule turn on the same resources', () => {
  const byProp = synthesize(ON);
  const byRule = synthesize({}, service => {
    service.onImageReady('Ready');
    service.onImageDeleted('Deleted');
  });
  const { Resources } = byRule.template.toJSON() as { Resources: Record<string, { Type: string }> };
  const others = Object.entries(Resources).filter(([id]) => !/^Images(Ready|Deleted)/.test(id));
  expect(Object.fromEntries(others)).toEqual(byProp.template.toJSON().Resources);
});

test('a stream of new and old images is the only change of the table, which keeps its id', () => {
  const [id, table] = Object.entries(synthesize(ON).all('AWS::DynamoDB::Table'))[0];
  const [idWithout, without] = Object.entries(synthesize().all('AWS::DynamoDB::Table'))[0];
  const { StreamSpecification, ...rest } = table.Properties;
  expect(StreamSpecification).toEqual({ StreamViewType: 'NEW_AND_OLD_IMAGES' });
  expect([id, rest]).toEqual([idWithout, without.Properties]);
});

test('the mapping misses no event, repeats failed records for half a day, and keeps those in a queue', () => {
  const { FilterCriteria, FunctionName, ...mapping } = readMapping(synthesize(ON));
  expect(FilterCriteria.Filters).toHaveLength(5);
  expect(FunctionName).toEqual({ Ref: expect.stringContaining('ImagesEventsHandlerFunction') });
  expect(mapping).toEqual({
    EventSourceArn: { 'Fn::GetAtt': [expect.stringContaining('ImagesMetadataTable'), 'StreamArn'] },
    StartingPosition: 'TRIM_HORIZON',
    BatchSize: 100,
    ParallelizationFactor: 2,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    BisectBatchOnFunctionError: true,
    MaximumRetryAttempts: 10_000,
    MaximumRecordAgeInSeconds: 43_200,
    DestinationConfig: {
      OnFailure: { Destination: { 'Fn::GetAtt': [expect.stringContaining('ImagesEventsUndelivered'), 'Arn'] } },
    },
  });
});

describe('the filter', () => {
  const filters = readMapping(synthesize(ON)).FilterCriteria.Filters.map(({ Pattern }: { Pattern: string }) => Pattern);
  const pairs = STATUSES.flatMap(from => STATUSES.map(to => [from, to] as const));

  test.each(pairs)('passes a change %s → %s exactly if it is an event', (from, to) => {
    const [before, after] = [buildRecord(from), buildRecord(to, { version: 9 })];
    const isEvent = describeChange({ before, after }, { includeUserId: false }) !== undefined;
    expect(passesFilters(filters, buildStreamRecord({ before, after }, 1))).toBe(isEvent);
  });

  test('passes a change of the viewers of a ready image, and none of its tags before it was shared', () => {
    const before = buildRecord('ready');
    const after = buildRecord('ready', { version: 3, visibility: 'public', sharing_version: 3 });
    expect(passesFilters(filters, buildStreamRecord({ before, after }, 1))).toBe(true);
    const tagged = buildRecord('ready', { version: 3, tags: ['other'] });
    expect(passesFilters(filters, buildStreamRecord({ before, after: tagged }, 1))).toBe(false);
  });

  test.each<[string, { before?: object; after?: object }]>([
    ['a new record', { after: buildRecord('ready') }],
    ['a removed record', { before: buildRecord('ready') }],
    ['a facet', { before: { image_id: 'a#tag:b' }, after: { image_id: 'a#tag:b', user_id: 'c' } }],
  ])('drops %s', (_, change) => {
    expect(passesFilters(filters, buildStreamRecord(change, 1))).toBe(false);
  });
});

test('the publisher may publish on its bus, read the stream and write to its queue, and nothing else', () => {
  const statements = listStatements(synthesize(ON), 'ImagesEventsHandlerRole');
  const stream = { 'Fn::GetAtt': [expect.stringContaining('ImagesMetadataTable'), 'StreamArn'] };
  const arn = (...rest: unknown[]) => ({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ...rest]] });
  expect(statements).toEqual([
    { Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Effect: 'Allow', Resource: expect.anything() },
    { Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], Effect: 'Allow', Resource: '*' },
    {
      Action: 'events:PutEvents',
      Effect: 'Allow',
      Resource: arn(':events:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':event-bus/default'),
    },
    {
      Action: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
      Effect: 'Allow',
      Resource: stream,
    },
    { Action: 'dynamodb:ListStreams', Effect: 'Allow', Resource: '*' },
    {
      Action: 'sqs:SendMessage',
      Effect: 'Allow',
      Resource: { 'Fn::GetAtt': [expect.stringContaining('ImagesEventsUndelivered'), 'Arn'] },
    },
  ]);
});

test('with a customer key the publisher may decrypt through DynamoDB only', () => {
  const statements = listStatements(synthesize(stack => ({ ...ON, encryptionKey: makeKey(stack) })), 'ImagesEventsHandlerRole');
  expect(statements.filter(({ Action }) => [Action].flat().some(action => action.startsWith('kms:')))).toEqual([
    expect.objectContaining({
      Action: ['kms:Decrypt', 'kms:DescribeKey'],
      Condition: { StringEquals: { 'kms:ViaService': expect.anything() } },
    }),
  ]);
});

test('the queue of undelivered events is encrypted, keeps messages for 14 days and denies plain HTTP', () => {
  const { one } = synthesize(ON);
  expect(one('AWS::SQS::Queue', 'EventsUndelivered').Properties).toEqual({
    MessageRetentionPeriod: 1_209_600,
    SqsManagedSseEnabled: true,
  });
  expect(one('AWS::SQS::QueuePolicy', 'EventsUndelivered').Properties.PolicyDocument.Statement).toEqual([
    expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
  ]);
});

describe('a bus', () => {
  test('of your own is the only one that the publisher may use', () => {
    const synthesized = synthesize(stack => ({ events: Events.eventBridge({ bus: new events.EventBus(stack, 'Bus') }) }));
    const bus = expect.stringMatching(/^Bus/);
    expect(listStatements(synthesized, 'ImagesEventsHandlerRole')).toContainEqual(
      { Action: 'events:PutEvents', Effect: 'Allow', Resource: { 'Fn::GetAtt': [bus, 'Arn'] } },
    );
    const { Variables } = synthesized.one('AWS::Lambda::Function', 'ImagesEvents').Properties.Environment;
    expect(Variables).toMatchObject({ EVENT_BUS_NAME: { Ref: bus }, INCLUDE_USER_ID: 'false' });
  });

  test('of another region is an error', () => {
    const stack = new Stack(testApp(), 'Stack', { env: { account: '111122223333', region: 'eu-central-1' } });
    const bus = events.EventBus.fromEventBusArn(stack, 'Bus', 'arn:aws:events:us-east-1:111122223333:event-bus/photos');
    expect(() => new ImageService(stack, 'Images', { events: Events.eventBridge({ bus }) })).toThrow(
      "Stack/Images: 'events.bus' must be in the region of the service, eu-central-1, got: us-east-1",
    );
  });

  test('that is no construct is an error', () => {
    expect(() => Events.eventBridge({ bus: 'photos' as unknown as events.IEventBus })).toThrow(
      "'events.bus' must be a construct of type events.IEventBus, got: \"photos\"; write it like",
    );
  });
});

describe('rules', () => {
  const RULES = { onImageReady: 'Ready', onImageRejected: 'Rejected', onImageFailed: 'Failed', onImageDeleted: 'Deleted' };

  test.each(Object.entries(RULES) as [keyof typeof RULES, string][])('%s matches "Image %s" of this service', (method, name) => {
    const { one } = synthesize({}, (service, stack) => {
      service[method]('Rule', { target: new targets.SqsQueue(new sqs.Queue(stack, 'Target')), description: 'mine' });
    });
    expect(one('AWS::Events::Rule', 'ImagesRule').Properties).toEqual({
      Description: 'mine',
      EventPattern: {
        'source': ['cdk-image-service'],
        'detail-type': [`Image ${name}`],
        'resources': [{ 'Fn::GetAtt': [expect.stringContaining('ImagesMetadataTable'), 'Arn'] }],
      },
      State: 'ENABLED',
      Targets: [expect.objectContaining({ Arn: { 'Fn::GetAtt': [expect.stringMatching(/^Target/), 'Arn'] } })],
    });
  });

  test('are made on the bus of the service, and narrowed by a pattern', () => {
    const { template } = synthesize(
      stack => ({ events: Events.eventBridge({ bus: new events.EventBus(stack, 'Bus') }) }),
      service => service.onImageRejected('Malware', { eventPattern: { detail: { rejection_code: ['MALWARE'] } } }),
    );
    template.hasResourceProperties('AWS::Events::Rule', {
      EventBusName: { Ref: Match.stringLikeRegexp('^Bus') },
      EventPattern: { 'detail': { rejection_code: ['MALWARE'] }, 'detail-type': ['Image Rejected'] },
    });
  });

  test('of two services on one bus match different tables', () => {
    const stack = new Stack(new App(), 'Stack');
    const rules = ['Avatars', 'Photos'].map(id => new ImageService(stack, id).onImageReady('Ready'));
    const patterns = rules.map(rule => JSON.stringify(stack.resolve(rule._renderEventPattern())));
    expect(patterns[0]).toContain('AvatarsMetadataTable');
    expect(patterns[1]).toContain('PhotosMetadataTable');
  });
});

describe('a table that you bring', () => {
  test('without a stream is an error that says what to set', () => {
    expect(() => synthesize(stack => ({ ...ON, table: makeTable(stack) }))).toThrow(
      "Stack/Images: 'table' must have a stream of NEW_AND_OLD_IMAGES for events, got: Stack/OwnTable without one; "
      + "set 'stream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES' (TableV2: 'dynamoStream') where the table is made",
    );
  });

  test('works without a stream until the first rule', () => {
    expect(() => synthesize(stack => ({ table: makeTable(stack) }), service => service.onImageReady('Ready'))).toThrow(
      "'table' must have a stream of NEW_AND_OLD_IMAGES",
    );
  });

  test('with a stream of new images only fails the synthesis', () => {
    const app = testApp();
    const stack = new Stack(app, 'Stack');
    const table = makeTable(stack, { stream: dynamodb.StreamViewType.NEW_IMAGE });
    new ImageService(stack, 'Images', { ...ON, table });
    expect(() => app.synth()).toThrow("'table' must have a stream of NEW_AND_OLD_IMAGES for events, got: NEW_IMAGE of Stack/OwnTable");
  });

  test('with the right stream is read by the publisher', () => {
    const synthesized = synthesize(
      stack => ({ ...ON, table: makeTable(stack, { stream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES }) }),
    );
    const { EventSourceArn } = readMapping(synthesized);
    expect(EventSourceArn).toEqual({ 'Fn::GetAtt': [expect.stringContaining('OwnTable'), 'StreamArn'] });
  });

  test('imported by name is an error, and imported with its stream warns of the view type', () => {
    expect(() => synthesize(
      stack => ({ ...ON, table: dynamodb.Table.fromTableName(stack, 'Imported', 'records') }),
    )).toThrow("import it by Table.fromTableAttributes() with its 'tableStreamArn'");
    const tableStreamArn = 'arn:aws:dynamodb:eu-central-1:111122223333:table/records/stream/2026';
    const { stack, template } = synthesize(scope => ({
      ...ON,
      table: dynamodb.Table.fromTableAttributes(scope, 'Imported', { tableName: 'records', tableStreamArn }),
    }));
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', { EventSourceArn: tableStreamArn });
    const warnings = stack.node.findAll().flatMap(({ node }) => node.metadata).map(({ data }) => String(data));
    expect(warnings).toContainEqual(expect.stringContaining('its view type must be NEW_AND_OLD_IMAGES'));
  });
});

test('the publisher is one of the functions of the service', () => {
  const { service } = synthesize(ON);
  expect(service.functions).toContain(service.publisherFunction);
  expect(service.undeliveredEventsQueue).toBeDefined();
});

