import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { COMBINATIONS } from './combinations';
import { synthesize } from './synth';
import { ImageService } from '../../src';

/** Renaming one of these loses its data: the ids of a released version stay for ever. */
const STATEFUL_IDS: Record<string, string> = {
  'AWS::S3::Bucket': 'ImagesStorageBucketB4F82A34',
  'AWS::DynamoDB::Table': 'ImagesMetadataTableD28EEDA4',
};

describe.each(Object.entries(COMBINATIONS))('with %s', (name, props) => {
  const { all } = synthesize(props);
  const made = Object.entries(STATEFUL_IDS).filter(([type]) => Object.keys(all(type)).some(id => id.startsWith('Images')));

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
    expect(made.map(([type]) => type)).toEqual(Object.keys(STATEFUL_IDS).filter(type => !name.includes('imported') && !(name === 'own table' && type.endsWith('Table'))));
    for (const [type, id] of made) expect(Object.keys(all(type))).toEqual([id]);
  });
});

test('logical ids do not depend on the name of the stack', () => {
  const stack = new Stack(new App(), 'QuiteAnotherName');
  new ImageService(stack, 'Images');
  for (const [type, id] of Object.entries(STATEFUL_IDS)) expect(Object.keys(Template.fromStack(stack).findResources(type))).toEqual([id]);
});

test('the output of the URL keeps its id', () => {
  expect(Object.keys(synthesize().template.findOutputs('*'))).toEqual(['ImagesApiUrl051E3F54']);
});
