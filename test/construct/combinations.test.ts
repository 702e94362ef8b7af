import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { COMBINATIONS } from './combinations';
import { synthesize } from './synth';
import { ImageService } from '../../src';

/** Renaming one of these loses its data: the ids of a released version stay for ever. */
const STATEFUL_IDS: Record<string, string[]> = {
  'AWS::S3::Bucket': ['ImagesStorageBucketB4F82A34'],
  'AWS::DynamoDB::Table': ['ImagesMetadataTableD28EEDA4'],
  'AWS::SQS::Queue': ['ImagesProcessingQueueDeadLettersC68CDD94', 'ImagesProcessingQueueUploads13BC0903'],
};

/** Types of which a combination of props makes none. */
const NOT_MADE: Record<string, string[]> = {
  'own table': ['AWS::DynamoDB::Table'],
  'no processing': ['AWS::SQS::Queue'],
  'imported bucket and GuardDuty': ['AWS::S3::Bucket'],
  'imported bucket and table': ['AWS::S3::Bucket', 'AWS::DynamoDB::Table'],
};

describe.each(Object.entries(COMBINATIONS))('with %s', (name, props) => {
  const { all } = synthesize(props);

  test('every bucket is private, owned by its owner and encrypted', () => {
    for (const bucket of Object.values(all('AWS::S3::Bucket'))) {
      expect(bucket.Properties).toMatchObject({
        PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        BucketEncryption: expect.anything(),
      });
    }
  });

  test('no action is a wildcard', () => {
    const policies = Object.values(all('AWS::IAM::Policy'));
    const statements: { Action: string | string[] }[] = policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
    const actions = statements.flatMap(({ Action }) => Action);
    expect(actions.length).toBeGreaterThan(10);
    expect(actions.filter(action => action.includes('*'))).toEqual([]);
  });

  test('what holds data keeps its logical id', () => {
    for (const [type, ids] of Object.entries(STATEFUL_IDS)) {
      // The definitions of viruses can be fetched again.
      const found = Object.keys(all(type)).filter(id => id.startsWith('Images') && !id.includes('Definitions'));
      expect(found.sort()).toEqual(NOT_MADE[name]?.includes(type) ? [] : ids);
    }
  });
});

test('logical ids do not depend on the name of the stack', () => {
  const stack = new Stack(new App(), 'QuiteAnotherName');
  new ImageService(stack, 'Images');
  for (const [type, ids] of Object.entries(STATEFUL_IDS)) expect(Object.keys(Template.fromStack(stack).findResources(type)).sort()).toEqual(ids);
});

test('outputs keep their ids', () => {
  expect(Object.keys(synthesize().template.findOutputs('*')).sort()).toEqual(['ImagesApiUrl051E3F54', 'ImagesOperatorFunctionName0D94311D']);
});
