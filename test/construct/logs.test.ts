import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { parsePrintedList, synthesize, testApp, type Resource } from './synth';
import { Compute, Limits, ApiAccess, UploadRules } from '../../src';
import { ImageApi } from '../../src/api/image-api';
import { buildLogSettings } from '../../src/monitoring/log-options';
import { makeFunctionSettings } from '../../src/private/function-settings';
import { DEFAULT_LOG_SETTINGS, type LogSettings } from '../../src/private/log-settings';
import { makeFromOptions } from '../../src/private/validate';

const KEY_ARN = 'arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-0000-0000-000000000000';

/** An API with its function: one log group of each kind. */
function makeApi(stack: Stack, logs: LogSettings): Template {
  const service = new Construct(stack, 'Images');
  const compute = Compute.zip();
  new ImageApi(service, 'Api', {
    access: ApiAccess.iam(),
    uploads: UploadRules.of(),
    limits: Limits.of(),
    compute,
    stageName: 'prod',
    functionSettings: makeFunctionSettings(service, compute, { _logs: logs, _traces: { isActive: true } }),
    serviceName: 'Images',
  });
  return Template.fromStack(stack);
}

const makeStack = (env = {}) => new Stack(testApp(), 'Stack', { env });
const listGroups = (template: Template) =>
  Object.values(template.findResources('AWS::Logs::LogGroup') as Record<string, Resource>);

describe('the settings of logs', () => {
  test('reach the log group of a function, the access log and the execution log', () => {
    const stack = makeStack();
    const key = new kms.Key(stack, 'Key');
    const template = makeApi(stack, {
      retention: RetentionDays.ONE_YEAR, encryptionKey: key, removalPolicy: RemovalPolicy.RETAIN, level: 'WARN',
    });
    const groups = listGroups(template);
    expect(groups).toHaveLength(3);
    for (const { Properties, DeletionPolicy, UpdateReplacePolicy } of groups) {
      expect({ Properties, DeletionPolicy, UpdateReplacePolicy }).toMatchObject({
        Properties: { RetentionInDays: 365, KmsKeyId: { 'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'] } },
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
      });
    }
    template.hasResourceProperties('AWS::Lambda::Function', { Environment: { Variables: { POWERTOOLS_LOG_LEVEL: 'WARN' } } });
  });

  test('by default keep logs for a month and delete them with the stack, without a key', () => {
    for (const { Properties, DeletionPolicy } of listGroups(makeApi(makeStack(), DEFAULT_LOG_SETTINGS))) {
      expect({ ...Properties, LogGroupName: undefined, DeletionPolicy }).toEqual({ RetentionInDays: 30, DeletionPolicy: 'Delete' });
    }
  });

  test('checkov accepts the key of CloudWatch Logs only without another', () => {
    const listSkipped = (template: Template) => listGroups(template).map(group => JSON.stringify(group).includes('CKV_AWS_158'));
    const stack = makeStack();
    expect(listSkipped(makeApi(stack, { ...DEFAULT_LOG_SETTINGS, encryptionKey: new kms.Key(stack, 'Key') }))).toEqual([false, false, false]);
    expect(listSkipped(makeApi(makeStack(), DEFAULT_LOG_SETTINGS))).toEqual([true, true, true]);
  });
});

test('every log group of a service belongs to a function or to the API, and each function has one', () => {
  const { all } = synthesize();
  const groups = Object.keys(all('AWS::Logs::LogGroup'));
  const ofFunctions = Object.values(all('AWS::Lambda::Function')).map(({ Properties }) => Properties.LoggingConfig.LogGroup.Ref);
  expect(new Set(ofFunctions).size).toBe(ofFunctions.length);
  expect(groups.filter(id => !ofFunctions.includes(id)).map(id => /(AccessLogs|ExecutionLogs)/.exec(id)?.[1]).sort()).toEqual([
    'AccessLogs', 'ExecutionLogs',
  ]);
});

describe('the key of logs', () => {
  const statement = (place: Record<'region' | 'account', unknown>) => ({
    Sid: 'AllowLogs',
    Effect: 'Allow',
    Principal: { Service: `logs.${place.region}.amazonaws.com` },
    Action: ['kms:Decrypt*', 'kms:Describe*', 'kms:Encrypt*', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
    Resource: '*',
    Condition: {
      ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:${place.region}:${place.account}:log-group:*` },
    },
  });

  test('lets CloudWatch Logs use it, for the log groups of the account and Region only', () => {
    const stack = makeStack({ account: '111122223333', region: 'eu-central-1' });
    const template = makeApi(stack, { ...DEFAULT_LOG_SETTINGS, encryptionKey: new kms.Key(stack, 'Key') });
    const [key] = Object.values(template.findResources('AWS::KMS::Key'));
    const [own] = (key.Properties.KeyPolicy.Statement as any[]).filter(({ Sid }) => Sid === 'AllowLogs');
    const rendered = JSON.parse(
      JSON.stringify(own)
        .replaceAll('{"Fn::Join":["",["arn:",{"Ref":"AWS::Partition"},":logs:eu-central-1:111122223333:log-group:*"]]}', '"arn:aws:logs:eu-central-1:111122223333:log-group:*"')
        .replaceAll('{"Fn::Join":["",["logs.eu-central-1.",{"Ref":"AWS::URLSuffix"}]]}', '"logs.eu-central-1.amazonaws.com"'),
    ) as object;
    expect(rendered).toEqual(statement({ region: 'eu-central-1', account: '111122223333' }));
  });

  test('has one statement for two services', () => {
    const stack = makeStack();
    const encryptionKey = new kms.Key(stack, 'Key');
    for (const id of ['Avatars', 'Photos']) {
      const logs = { ...DEFAULT_LOG_SETTINGS, encryptionKey };
      makeFunctionSettings(new Construct(stack, id), Compute.zip(), { _logs: logs, _traces: { isActive: true } });
    }
    const [key] = Object.values(Template.fromStack(stack).findResources('AWS::KMS::Key'));
    expect((key.Properties.KeyPolicy.Statement as any[]).filter(({ Sid }) => Sid === 'AllowLogs')).toHaveLength(1);
  });

  test.each([
    ['with an environment', { account: '111122223333', region: 'eu-central-1' }, { account: '111122223333', region: 'eu-central-1' }],
    ['without one', {}, { account: '<account>', region: '<region>' }],
  ])('an imported key: a warning prints the statement, %s', (_name, env, place) => {
    const stack = makeStack(env);
    makeApi(stack, { ...DEFAULT_LOG_SETTINGS, encryptionKey: kms.Key.fromKeyArn(stack, 'Key', KEY_ARN) });
    const warnings = Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('imported-key-logs'));
    expect(warnings).toHaveLength(1);
    expect(parsePrintedList(`${warnings[0].entry.data}`)).toEqual([statement(place)]);
  });

  test('must be in the Region of the service', () => {
    const stack = makeStack({ account: '111122223333', region: 'us-east-1' });
    const encryptionKey = kms.Key.fromKeyArn(stack, 'Key', KEY_ARN);
    expect(() => makeApi(stack, { ...DEFAULT_LOG_SETTINGS, encryptionKey })).toThrow(
      "'monitoring.logGroupKey' must be in the region of the service, us-east-1, got: eu-central-1 for Stack/Key;",
    );
  });

  test('no role gets a right on it: CloudWatch Logs uses it by itself', () => {
    const stack = makeStack();
    const template = makeApi(stack, { ...DEFAULT_LOG_SETTINGS, encryptionKey: new kms.Key(stack, 'Key') });
    expect(JSON.stringify(template.findResources('AWS::IAM::Policy'))).not.toContain('kms:');
  });
});

describe('the options of logs', () => {
  const build = (options: object) => () => makeFromOptions('monitoring', 'Monitoring.of()', {}, [], () => buildLogSettings(options as never));

  test('have the defaults of today', () => {
    expect(build({})()).toEqual(DEFAULT_LOG_SETTINGS);
  });

  test('reach the settings', () => {
    const logGroupKey = kms.Key.fromKeyArn(makeStack(), 'Key', KEY_ARN);
    const options = { logLevel: 'DEBUG', logRetention: RetentionDays.INFINITE, logGroupKey, logRemovalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE };
    expect(build(options)()).toEqual({
      level: 'DEBUG', retention: 9999, encryptionKey: logGroupKey, removalPolicy: 'retain-on-update-or-delete',
    });
  });

  test.each<[object, string]>([
    [{ logLevel: 'debug' }, "'monitoring.logLevel' must be DEBUG, INFO, WARN or ERROR, got: \"debug\"; write it like 'INFO'"],
    [{ logLevel: 'SILENT' }, "'monitoring.logLevel' must be DEBUG, INFO, WARN or ERROR, got: \"SILENT\""],
    [{ logRetention: 31 }, "'monitoring.logRetention' must be a number of days that CloudWatch Logs knows, got: 31; write it like logs.RetentionDays.THREE_MONTHS"],
    [{ logRetention: 'ONE_MONTH' }, "'monitoring.logRetention' must be a number of days that CloudWatch Logs knows, got: \"ONE_MONTH\""],
    [{ logGroupKey: KEY_ARN }, "'monitoring.logGroupKey' must be a construct of type kms.IKey, got: \"arn:"],
    [{ logRemovalPolicy: RemovalPolicy.SNAPSHOT }, "'monitoring.logRemovalPolicy' must be DESTROY, RETAIN or RETAIN_ON_UPDATE_OR_DELETE, got: \"snapshot\"; log groups have no snapshots"],
  ])('reject %j', (options, message) => {
    expect(build(options)).toThrow(message);
  });
});
