import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { makeBucket } from './combinations';
import { parsePrintedList, synthesize, type PropsFor } from './synth';
import { useClamAv, useGuardDuty } from './synth-scanner';
import { ImageService, Scanner, type ImageServiceProps } from '../../src';
import { SCANNER_KINDS } from '../../src/contract';

type Statement = Record<string, any>;

function listBucketStatements(props?: PropsFor): Statement[] {
  return synthesize(props).one('AWS::S3::BucketPolicy', 'Storage').Properties.PolicyDocument.Statement;
}

function findStatement(statements: Statement[], sid: string): Statement {
  return statements.find(({ Sid }) => Sid === sid)!;
}

test('the scanner kinds are those of the contract', () => {
  expect([Scanner.none(), Scanner.guardDuty(), Scanner.clamAv()].map(({ kind }) => kind)).toEqual(SCANNER_KINDS);
});

test('without a scanner the bucket policy denies no reads', () => {
  expect(listBucketStatements().map(({ Sid }) => Sid)).toEqual([
    'DenyPlainHttp', 'DenyOldSignatures', 'DenyOverwrites', 'AllowDelivery',
  ]);
});

describe.each<[string, ImageServiceProps, string, string]>([
  ['GuardDuty', useGuardDuty(), 'GuardDutyMalwareScanStatus', 'GuardDutyRole'],
  ['ClamAV', useClamAv(), 'ImageServiceScanStatus', 'ClamAvScanRole'],
])('with %s, an original', (_name, props, tag, scanner) => {
  const statements = listBucketStatements(props);
  const matchRole = (idPart: string) => ({ 'Fn::GetAtt': [expect.stringContaining(idPart), 'Arn'] });
  const originals = {
    'Fn::Join': ['', [{ 'Fn::GetAtt': [expect.stringContaining('StorageBucket'), 'Arn'] }, '/originals/*']],
  };

  test("without a clean tag is denied to everyone but the service's functions", () => {
    expect(findStatement(statements, 'DenyUnscanned')).toEqual({
      Sid: 'DenyUnscanned',
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 's3:GetObject*',
      Resource: originals,
      Condition: {
        StringNotEquals: { [`s3:ExistingObjectTag/${tag}`]: 'NO_THREATS_FOUND' },
        ArnNotEquals: {
          'aws:PrincipalArn': [matchRole('ApiFunction'), matchRole('Sweeper'), matchRole('Worker'), matchRole(scanner)],
        },
      },
    });
  });

  test("without a clean tag is denied to every presigned URL, the service's too", () => {
    expect(findStatement(statements, 'DenyUnscannedByUrl')).toMatchObject({
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 's3:GetObject*',
      Resource: originals,
      Condition: {
        StringNotEquals: { [`s3:ExistingObjectTag/${tag}`]: 'NO_THREATS_FOUND' },
        StringEquals: { 's3:authType': 'REST-QUERY-STRING' },
      },
    });
  });

  test('can be tagged by the scanner only', () => {
    expect(findStatement(statements, 'DenyForgedScans')).toMatchObject({
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: expect.arrayContaining(['s3:PutObjectTagging', 's3:DeleteObjectTagging']),
      Resource: originals,
      Condition: { ArnNotEquals: { 'aws:PrincipalArn': matchRole(scanner) } },
    });
  });
});

describe.each([['GuardDuty', useGuardDuty], ['ClamAV', (props?: ImageServiceProps) => useClamAv({}, props)]])(
  "%s on the user's own bucket", (_name, propsFor) => {
    test('adds the same statements to a bucket of the same stack', () => {
      const statements = synthesize(stack => propsFor({ bucket: makeBucket(stack) })).one(
        'AWS::S3::BucketPolicy', 'OwnBucket',
      ).Properties.PolicyDocument.Statement;
      expect(statements.map(({ Sid }: Statement) => Sid)).toEqual([
        'DenyPlainHttp', 'DenyOldSignatures', 'DenyOverwrites', 'DenyUnscanned', 'DenyUnscannedByUrl',
        'DenyForgedScans',
        'AllowDelivery',
      ]);
    });

    test('warns about a bucket of another app with the statements and placeholders', () => {
      const { stack } = synthesize(own => propsFor({ bucket: s3.Bucket.fromBucketName(own, 'Imported', 'photos') }));
      const warnings = Annotations.fromStack(stack)
        .findWarning('*', Match.stringLikeRegexp('Unscanned originals are readable'))
        .map(({ entry }) => `${entry.data}`);
      expect(warnings).toHaveLength(1);
      const statements = parsePrintedList(warnings[0]);
      expect(statements.map(({ Sid, Resource }) => [Sid, Resource])).toEqual(
        ['DenyUnscanned', 'DenyUnscannedByUrl', 'DenyForgedScans'].map(sid => [sid, 'arn:aws:s3:::photos/originals/*']),
      );
      expect(statements[0].Condition.ArnNotEquals['aws:PrincipalArn']).toEqual(
        expect.arrayContaining(['<ARN of the role Stack/Images/Api/Function/Handler/Role>']),
      );
    });

    test('rejects a bucket of another stack, because the policy cannot be written', () => {
      const app = new App();
      const bucket = makeBucket(new Stack(app, 'Data'));
      expect(() => new ImageService(new Stack(app, 'Stack'), 'Images', propsFor({ bucket })))
        .toThrow(
          "'processing.scanner' needs a 'bucket' of the same stack, since the bucket policy names the service's roles, got: Data/OwnBucket of another stack;",
        );
    });
  },
);
