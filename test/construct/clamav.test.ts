import { Aws, Duration, Size } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { listStatements, synthesize } from './synth';
import { findId, useClamAv } from './synth-scanner';
import { Compute, UploadRules, type ClamAvScannerOptions, type ImageServiceProps } from '../../src';

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
