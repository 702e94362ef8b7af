import { Fn, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { synthesize, testApp, type Resource } from './synth';
import { ImageService } from '../../src';

const NAME = 'team-images_v2';

describe('the stage name', () => {
  const named = synthesize({ stageName: NAME });

  test('is that of the stage', () => {
    expect(named.one('AWS::ApiGateway::Stage').Properties.StageName).toBe(NAME);
  });

  test('ends the name of the execution log group', () => {
    const groups = Object.values(named.all('AWS::Logs::LogGroup')).map(({ Properties }) => Properties.LogGroupName);
    expect(groups.filter(Boolean)).toEqual([
      { 'Fn::Join': ['', ['API-Gateway-Execution-Logs_', { Ref: expect.stringContaining('RestApi') }, `/${NAME}`]] },
    ]);
  });

  test('is in the URL of the API, which is an output', () => {
    const [stageId] = Object.keys(named.all('AWS::ApiGateway::Stage'));
    const { ImagesApiUrl051E3F54: { Value } } = named.template.findOutputs('*');
    expect(Value['Fn::Join'][1].slice(-2)).toEqual([{ Ref: stageId }, '/']);
  });

  test('limits who may invoke the API', () => {
    const { one } = synthesize({ stageName: NAME }, (service, stack) => {
      service.grantInvoke(new iam.Role(stack, 'Backend', { assumedBy: new iam.AccountRootPrincipal() }));
    });
    const [{ Resource }] = one('AWS::IAM::Policy', 'Backend').Properties.PolicyDocument.Statement;
    expect(Resource['Fn::Join'][1].at(-1)).toBe(`/${NAME}/*/*`);
  });

  test('is removed from paths in the problems of undeclared methods and paths', () => {
    const templates = Object.values(named.all('AWS::ApiGateway::Method') as Record<string, Resource>)
      .flatMap(({ Properties }) => Properties.Integration.IntegrationResponses ?? [])
      .map(({ ResponseTemplates }) => ResponseTemplates['application/json'] as string);
    expect(templates.length).toBeGreaterThan(5);
    for (const template of templates) {
      expect(template).toContain(`$context.path.replaceAll('^/${NAME}(/|$)', '/')`);
    }
  });

  test('is nowhere prod', () => {
    expect(JSON.stringify(named.template.toJSON())).not.toMatch(/\/prod\b|"prod"/);
    expect(JSON.stringify(synthesize().template.toJSON())).toMatch(/\/prod\b/);
  });

  test.each(['v1', 'A', '_', '-', '0'.repeat(128)])('may be %s', stageName => {
    expect(() => new ImageService(new Stack(testApp(), 'Shop'), 'Images', { stageName })).not.toThrow();
  });

  test.each<[unknown, string]>([
    ['', '""'], ['a b', '"a b"'], ['a/b', '"a/b"'], ['$default', '"$default"'], ['ä', '"ä"'], ['v1\n', '"v1\\n"'],
    ['0'.repeat(129), `"${'0'.repeat(129)}"`], [7, '7'], [null, 'null'],
  ])('may not be %j', (stageName, got) => {
    const make = () => new ImageService(new Stack(testApp(), 'Shop'), 'Images', { stageName } as never);
    expect(make).toThrow(
      `Shop/Images: 'stageName' must be 1 to 128 letters, digits, hyphens and underscores, got: ${got}; write it like 'v1'`,
    );
  });

  test('may not be a token', () => {
    const stageName = Fn.importValue('stage');
    expect(() => new ImageService(new Stack(testApp(), 'Shop'), 'Images', { stageName })).toThrow(
      "'stageName' must be known at synthesis, got: a token; give it as a literal",
    );
  });
});
