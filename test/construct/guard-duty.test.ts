import { makeKey } from './combinations';
import { listStatements, synthesize } from './synth';
import { findId, useGuardDuty } from './synth-scanner';

describe('GuardDuty', () => {
  const result = synthesize(useGuardDuty());

  test('scans and tags objects below originals/, after its role has permission', () => {
    expect(result.one('AWS::GuardDuty::MalwareProtectionPlan')).toMatchObject({
      Properties: {
        Actions: { Tagging: { Status: 'ENABLED' } },
        ProtectedResource: {
          S3Bucket: {
            BucketName: { Ref: findId(result, 'AWS::S3::Bucket', 'Storage') },
            ObjectPrefixes: ['originals/'],
          },
        },
        Role: { 'Fn::GetAtt': [findId(result, 'AWS::IAM::Role', 'GuardDutyRole'), 'Arn'] },
      },
      DependsOn: expect.arrayContaining([findId(result, 'AWS::IAM::Policy', 'GuardDutyRole')]),
    });
    expect(result.one('AWS::IAM::Role', 'GuardDutyRole').Properties.AssumeRolePolicyDocument.Statement).toMatchObject([
      { Principal: { Service: 'malware-protection-plan.guardduty.amazonaws.com' } },
    ]);
  });

  test('gets uploads from the event bus, which stays enabled', () => {
    expect(result.one('AWS::S3::Bucket').Properties.NotificationConfiguration).toMatchObject({
      EventBridgeConfiguration: { EventBridgeEnabled: true }, QueueConfigurations: [expect.anything()],
    });
  });

  test('sends its results for this bucket to the queue of uploads', () => {
    const { EventPattern, Targets } = result.one('AWS::Events::Rule', 'GuardDuty').Properties;
    expect(EventPattern).toEqual({
      'source': ['aws.guardduty'],
      'detail-type': ['GuardDuty Malware Protection Object Scan Result'],
      'detail': {
        s3ObjectDetails: {
          bucketName: [{ Ref: findId(result, 'AWS::S3::Bucket', 'Storage') }],
          objectKey: [{ prefix: 'originals/' }],
        },
      },
    });
    const queue = { 'Fn::GetAtt': [findId(result, 'AWS::SQS::Queue', 'Uploads'), 'Arn'] };
    expect(Targets).toMatchObject([{ Arn: queue }]);
    expect(result.one('AWS::SQS::QueuePolicy', 'Uploads').Properties.PolicyDocument.Statement).toContainEqual({
      Sid: 'AllowEventsOfRules',
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: queue,
      Condition: {
        ArnLike: {
          'aws:SourceArn': {
            'Fn::Join': ['', [
              'arn:', { Ref: 'AWS::Partition' }, ':events:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' },
              ':rule/*',
            ]],
          },
        },
      },
    });
  });

  test('may use the key of the bucket through S3 only', () => {
    const keyed = synthesize(stack => useGuardDuty({ encryptionKey: makeKey(stack) }));
    expect(listStatements(keyed, 'GuardDutyRole')).toContainEqual(
      expect.objectContaining({ Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Condition: expect.anything() }),
    );
  });

  test('is the scanner of the worker', () => {
    expect(result.one('AWS::Lambda::Function', 'Worker').Properties.Environment.Variables).toMatchObject({
      SCANNER: 'guardduty',
      SCANNER_FUNCTION: '',
    });
  });
});
