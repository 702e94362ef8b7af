import { App, Aws, Duration, Size, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { makeBucket, makeKey } from './combinations';
import { parsePrintedList, listStatements, synthesize, type PropsFor, type Synthesized } from './synth';
import {
  Compute, ImageService, Processing, Scanner, UploadRules, type ClamAvScannerOptions, type ImageServiceProps,
} from '../../src';
import { SCANNER_KINDS } from '../../src/contract';

function useScanner(scanner: Scanner, props: ImageServiceProps = {}): ImageServiceProps {
  return { ...props, processing: Processing.queue({ scanner }) };
}

function guardDuty(props?: ImageServiceProps): ImageServiceProps {
  return useScanner(Scanner.guardDuty(), props);
}

function useClamAv(options?: ClamAvScannerOptions, props?: ImageServiceProps): ImageServiceProps {
  return useScanner(Scanner.clamAv(options), props);
}

function findId({ all }: Synthesized, type: string, idPart: string): string {
  return Object.keys(all(type)).find(id => id.includes(idPart))!;
}

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
  ['GuardDuty', guardDuty(), 'GuardDutyMalwareScanStatus', 'GuardDutyRole'],
  ['ClamAV', useClamAv(), 'ImageServiceScanStatus', 'ClamAvScanRole'],
])('with %s an original', (_name, props, tag, scanner) => {
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

describe('GuardDuty', () => {
  const result = synthesize(guardDuty());

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
    const keyed = synthesize(stack => guardDuty({ encryptionKey: makeKey(stack) }));
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

describe('ClamAV', () => {
  const result = synthesize(useClamAv());
  const getScan = (props: ImageServiceProps) => synthesize(props).one('AWS::Lambda::Function', 'ClamAvScan').Properties;

  test('runs in its own image, for the processor of all functions', () => {
    const [scan, refresh] = ['ClamAvScan', 'ClamAvRefresh'].map(
      idPart => result.one('AWS::Lambda::Function', idPart).Properties,
    );
    expect(scan).toMatchObject({
      PackageType: 'Image',
      ImageConfig: { Command: ['scan/index.handler'] },
      MemorySize: 3008,
      Timeout: 120,
      Architectures: ['arm64'],
    });
    expect(refresh).toMatchObject({
      PackageType: 'Image',
      ImageConfig: { Command: ['refresh/index.handler'] },
      MemorySize: 3008,
      Timeout: 600,
    });
    expect(refresh.Code).toEqual(scan.Code);
  });

  test('gets the buckets of originals and definitions only', () => {
    const definitions = { Ref: findId(result, 'AWS::S3::Bucket', 'Definitions') };
    const { POWERTOOLS_LOG_LEVEL, POWERTOOLS_METRICS_NAMESPACE, POWERTOOLS_SERVICE_NAME, ...scan } = getScan(
      useClamAv(),
    ).Environment.Variables;
    expect(scan).toEqual({
      BUCKET_NAME: { Ref: findId(result, 'AWS::S3::Bucket', 'Storage') },
      DEFINITIONS_BUCKET_NAME: definitions,
      MAX_DEFINITIONS_AGE_HOURS: '72',
      MAX_UPLOAD_BYTES: '26214400',
    });
    const { Variables } = result.one('AWS::Lambda::Function', 'ClamAvRefresh').Properties.Environment;
    expect(Object.keys(Variables as object).filter(name => !name.startsWith('POWERTOOLS_')).sort()).toEqual([
      'DEFINITIONS_BUCKET_NAME', 'DEFINITIONS_MIRROR',
    ]);
  });

  test('has disk space for the largest upload', () => {
    expect(getScan(useClamAv({}, { uploads: UploadRules.of({ maxSize: Size.mebibytes(500) }) })).EphemeralStorage)
      .toEqual({ Size: 2048 + 500 });
  });

  test('downloads definitions at once and every three hours', () => {
    expect(result.one('AWS::Scheduler::Schedule').Properties).toMatchObject({
      ScheduleExpression: 'rate(3 hours)',
      State: 'ENABLED',
      Target: { Arn: { 'Fn::GetAtt': [findId(result, 'AWS::Lambda::Function', 'ClamAvRefresh'), 'Arn'] } },
    });
    expect(result.one('AWS::Scheduler::Schedule').Properties).not.toHaveProperty('StartDate');
  });

  test('keeps definitions in a private bucket that denies plain HTTP', () => {
    expect(result.one('AWS::S3::BucketPolicy', 'Definitions').Properties.PolicyDocument.Statement).toMatchObject([
      {
        Effect: 'Deny',
        Action: 's3:*',
        Principal: { AWS: '*' },
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ]);
  });

  test('is the scanner of the worker, which waits for it', () => {
    const worker = result.one('AWS::Lambda::Function', 'Worker').Properties;
    expect(worker.Environment.Variables).toMatchObject({
      SCANNER: 'clamav',
      SCANNER_FUNCTION: { Ref: findId(result, 'AWS::Lambda::Function', 'ClamAvScan') },
    });
    expect(worker.Timeout).toBe(2 * 10 + 15 + 120);
    expect(result.service.functions.map(({ node }) => node.path)).toEqual(
      expect.arrayContaining(['Scan', 'Refresh'].map(id => expect.stringContaining(`ClamAv/${id}`))),
    );
  });

  test('starts its schedule after the role may invoke the function', () => {
    expect(result.one('AWS::Scheduler::Schedule').DependsOn).toEqual(
      expect.arrayContaining([findId(result, 'AWS::IAM::Policy', 'ScheduleRole')]),
    );
  });

  test('downloads definitions from a private mirror', () => {
    const getMirror = (options?: ClamAvScannerOptions) => synthesize(useClamAv(options)).one(
      'AWS::Lambda::Function', 'ClamAvRefresh',
    ).Properties.Environment.Variables.DEFINITIONS_MIRROR;
    expect(getMirror()).toBe('');
    for (const mirror of ['clamav.example.com', 'https://clamav.example.com:8443/mirror', 'http://10.0.0.7/a_b']) {
      expect(getMirror({ mirror })).toBe(mirror);
    }
    expect(getMirror({ mirror: Aws.NO_VALUE })).toEqual({ Ref: 'AWS::NoValue' });
  });

  test.each([
    '', 'a b', 'clamav.example.com\nLogSyslog yes', 'ftp://clamav.example.com', 'https://x.example/?a=b', '-x',
  ])('rejects the mirror %j', mirror => {
    expect(() => useClamAv({ mirror })).toThrow(
      /^'processing\.scanner\.mirror' must be a host name, or an http or https URL without a query, got: /,
    );
  });

  test('reads definitionsBucket, and downloads no definitions', () => {
    const shared = synthesize(
      stack => useClamAv({ definitionsBucket: s3.Bucket.fromBucketName(stack, 'Definitions', 'definitions') }),
    );
    expect(shared.one('AWS::Lambda::Function', 'ClamAvScan').Properties.Environment.Variables.DEFINITIONS_BUCKET_NAME)
      .toBe('definitions');
    for (const type of ['AWS::Scheduler::Schedule', 'AWS::Lambda::Function']) {
      expect(Object.keys(shared.all(type)).filter(id => /Refresh|Schedule/.test(id))).toEqual([]);
    }
    expect(Object.keys(shared.all('AWS::S3::Bucket')).filter(id => id.includes('ClamAv'))).toEqual([]);
    const actions = listStatements(shared, 'ClamAvScan').flatMap(
      ({ Action, Resource }) => JSON.stringify(Resource).includes('definitions') ? Action : [],
    );
    expect(actions.sort()).toEqual(['s3:GetObject', 's3:ListBucket']);
    expect(shared.service.definitionsBucket!.bucketName).toBe('definitions');
    expect(result.service.definitionsBucket!.node.path).toContain('ClamAv/Definitions');
  });

  test('rejects a mirror together with definitionsBucket', () => {
    expect(() => synthesize(stack => useClamAv({
      mirror: 'a.example',
      definitionsBucket: s3.Bucket.fromBucketName(stack, 'Definitions', 'definitions'),
    })))
      .toThrow("'processing.scanner.mirror' has no effect with definitionsBucket");
  });

  test('uses its options', () => {
    const props = useClamAv({ memory: Size.gibibytes(4), maxDefinitionsAge: Duration.hours(36) }, {
      compute: Compute.containerImage(),
    });
    expect(getScan(props)).toMatchObject({
      MemorySize: 4096,
      Environment: { Variables: { MAX_DEFINITIONS_AGE_HOURS: '36' } },
    });
  });
});

describe.each([['GuardDuty', guardDuty], ['ClamAV', (props?: ImageServiceProps) => useClamAv({}, props)]])(
  "%s on the user's own bucket", (_name, propsFor) => {
    test('of the same stack: the bucket gets the same statements', () => {
      const statements = synthesize(stack => propsFor({ bucket: makeBucket(stack) })).one(
        'AWS::S3::BucketPolicy', 'OwnBucket',
      ).Properties.PolicyDocument.Statement;
      expect(statements.map(({ Sid }: Statement) => Sid)).toEqual([
        'DenyPlainHttp', 'DenyOldSignatures', 'DenyOverwrites', 'DenyUnscanned', 'DenyUnscannedByUrl',
        'DenyForgedScans',
        'AllowDelivery',
      ]);
    });

    test('of another app: a warning prints the statements, with placeholders', () => {
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

    test('of another stack: throws, because the policy cannot be written', () => {
      const app = new App();
      const bucket = makeBucket(new Stack(app, 'Data'));
      expect(() => new ImageService(new Stack(app, 'Stack'), 'Images', propsFor({ bucket })))
        .toThrow(
          "'processing.scanner' needs a 'bucket' of the same stack, since the bucket policy names the service's roles, got: Data/OwnBucket of another stack;",
        );
    });
  },
);
