import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { COMBINATIONS } from './combinations';
import { synthesize } from './synth';
import { ImageService } from '../../src';

/** A changed logical id loses the data of the resource: the ids of a released version stay forever. */
const STATEFUL_IDS: Record<string, string[]> = {
  'AWS::S3::Bucket': ['ImagesStorageBucketB4F82A34'],
  'AWS::DynamoDB::Table': ['ImagesMetadataTableD28EEDA4'],
  'AWS::SQS::Queue': [
    'ImagesDeliveryInvalidationsDeadLettersBD8A3F11', 'ImagesDeliveryInvalidationsQueueB9CF7651',
    'ImagesProcessingQueueDeadLettersC68CDD94',
    'ImagesProcessingQueueSurplus088A2AB2', 'ImagesProcessingQueueUploads13BC0903',
  ],
  // A new distribution has a new name, so issued URLs would break.
  'AWS::CloudFront::Distribution': ['ImagesDeliveryCdnDistribution2DACE48A'],
  'AWS::CloudFront::PublicKey': ['ImagesDeliverySigningGeneration1PublicKey9AC4E918'],
  'AWS::SecretsManager::Secret': ['ImagesDeliverySigningGeneration1Secret1D0B71EA'],
};

/** The queue of undelivered events, and the combinations with events. */
const UNDELIVERED = 'ImagesEventsUndeliveredF0E71E03';
const EVENTFUL = ['every prop', 'events', 'VPC, events and own table', 'no processing and events'];

/** Resources that a combination of props does not make, by the start of their ids. */
const NOT_MADE: Record<string, string[]> = {
  'own table': ['ImagesMetadata'],
  'VPC, events and own table': ['ImagesMetadata'],
  'no processing': ['ImagesProcessing', 'ImagesDelivery'],
  'no processing and events': ['ImagesProcessing', 'ImagesDelivery'],
  'presigned only': ['ImagesDelivery'],
  'imported bucket and GuardDuty': ['ImagesStorage'],
  'imported bucket and table': ['ImagesStorage', 'ImagesMetadata'],
  'VPC, security groups and GuardDuty': ['ImagesDeliverySigning'],
  'own signing key': ['ImagesDeliverySigning'],
  'own signing key and domain': ['ImagesDeliverySigning'],
  'anyone': ['ImagesDeliverySigning'],
  'anyone, own domain': ['ImagesDeliverySigning'],
};

describe.each(Object.entries(COMBINATIONS))('with %s', (name, props) => {
  const { all } = synthesize(props);

  test('every bucket is private, without ACLs and encrypted', () => {
    const buckets = Object.entries(all('AWS::S3::Bucket'));
    // CloudFront writes logs by access control lists: this bucket is the user's.
    for (const [, bucket] of buckets.filter(([id]) => !id.startsWith('CdnLogs'))) {
      expect(bucket.Properties).toMatchObject({
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        BucketEncryption: expect.anything(),
      });
    }
  });

  test('no action is a wildcard', () => {
    const policies = Object.values(all('AWS::IAM::Policy'));
    const statements: { Action: string | string[] }[] = policies.flatMap(
      ({ Properties }) => Properties.PolicyDocument.Statement,
    );
    const actions = statements.flatMap(({ Action }) => Action);
    expect(actions.length).toBeGreaterThan(10);
    expect(actions.filter(action => action.includes('*'))).toEqual([]);
  });

  test('stateful resources keep their logical ids', () => {
    for (const [type, ids] of Object.entries(STATEFUL_IDS)) {
      // Virus definitions can be downloaded again.
      const found = Object.keys(all(type)).filter(id => id.startsWith('Images') && !id.includes('Definitions'));
      const made = ids.filter(id => !NOT_MADE[name]?.some(prefix => id.startsWith(prefix)));
      const expected = type === 'AWS::SQS::Queue' && EVENTFUL.includes(name) ? [...made, UNDELIVERED].sort() : made;
      expect(found.filter(id => !id.includes('Generation2')).sort()).toEqual(expected);
    }
  });
});

test('logical ids are independent of the name of the stack', () => {
  const stack = new Stack(new App(), 'QuiteAnotherName');
  new ImageService(stack, 'Images');
  for (const [type, ids] of Object.entries(STATEFUL_IDS)) {
    expect(Object.keys(Template.fromStack(stack).findResources(type)).sort()).toEqual(ids);
  }
});

test('outputs keep their ids', () => {
  expect(Object.keys(synthesize().template.findOutputs('*')).sort()).toEqual([
    'ImagesApiUrl051E3F54', 'ImagesDeliveryUrl34EB7970', 'ImagesOperatorFunctionName0D94311D',
  ]);
});
