import { App, Size, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { synthesize, type Resource, type Synthesized } from './synth';
import { Compute, ImageService, Limits, UploadRules, type ImageServiceProps } from '../../src';
import { listMethods, listResources, ROUTES } from '../../src/contract';

const CORS = { uploads: UploadRules.of({ corsOrigins: ['https://app.example.com'] }) };

/** `GET /images/{image_id}` → its method. */
function mapMethods({ all }: Synthesized): Map<string, Resource> {
  const parts = all('AWS::ApiGateway::Resource');
  const buildPath = (id?: string): string => (id && parts[id]
    ? `${buildPath(parts[id].Properties.ParentId.Ref)}/${parts[id].Properties.PathPart}`
    : '');
  const methods = Object.values(all('AWS::ApiGateway::Method'));
  return new Map(methods.map(
    method => [`${method.Properties.HttpMethod} ${buildPath(method.Properties.ResourceId.Ref) || '/'}`, method],
  ));
}

describe('methods', () => {
  const methods = mapMethods(synthesize());

  test('are those of the contract, with HEAD for each GET, and ANY on every resource', () => {
    const declared = listResources().flatMap(resource => listMethods(resource).map(method => `${method} ${resource}`));
    const any = ['/', '/{proxy+}', ...listResources()].map(resource => `ANY ${resource}`);
    expect([...methods.keys()].sort()).toEqual([...declared, ...any].sort());
  });

  test.each(listResources().flatMap(resource => listMethods(resource).map(method => [method, resource])))(
    '%s %s calls the function, for signed callers unless open', (method, resource) => {
      const open = ROUTES.some(route => route.resource === resource && route.open);
      expect(methods.get(`${method} ${resource}`)!.Properties).toMatchObject({
        AuthorizationType: open ? 'NONE' : 'AWS_IAM',
        Integration: {
          Type: 'AWS_PROXY',
          Uri: {
            'Fn::Join': ['', expect.arrayContaining([{ 'Fn::GetAtt': [expect.stringContaining('ApiFunction'), 'Arn'] }])],
          },
        },
      });
    },
  );

  test('need one permission to invoke the function', () => {
    const permissions = Object.values(synthesize().all('AWS::Lambda::Permission')).filter(
      ({ Properties }) => Properties.Principal === 'apigateway.amazonaws.com',
    );
    expect(permissions).toHaveLength(1);
    expect(permissions[0].Properties.FunctionName).toEqual({
      'Fn::GetAtt': [expect.stringContaining('ApiFunction'), 'Arn'],
    });
  });

  test('call the alias with provisioned concurrency', () => {
    const warm = synthesize({ compute: Compute.zip({ provisionedConcurrency: 1 }) });
    expect(mapMethods(warm).get('GET /images')!.Properties.Integration.Uri).toEqual({
      'Fn::Join': ['', expect.arrayContaining([{ Ref: expect.stringContaining('Live') }])],
    });
    const permissions = Object.values(warm.all('AWS::Lambda::Permission')).filter(
      ({ Properties }) => Properties.Principal === 'apigateway.amazonaws.com',
    );
    expect(permissions.map(({ Properties }) => Properties.FunctionName)).toEqual([
      { Ref: expect.stringContaining('Live') },
    ]);
    expect(synthesize().all('AWS::Lambda::Alias')).toEqual({});
  });

  test('leave preflights to the function, without credentials, if origins are given', () => {
    expect([...methods.keys()].filter(route => route.startsWith('OPTIONS'))).toEqual([]);
    const withCors = mapMethods(synthesize(CORS));
    for (const resource of listResources()) {
      expect(withCors.get(`OPTIONS ${resource}`)!.Properties).toMatchObject({
        AuthorizationType: 'NONE',
        Integration: { Type: 'AWS_PROXY' },
      });
    }
  });

  test('have models of their bodies that API Gateway does not validate', () => {
    const result = synthesize({ uploads: UploadRules.of({ maxSize: Size.mebibytes(3) }) });
    const documented = mapMethods(result);
    expect(documented.get('POST /images')!.Properties.RequestModels).toEqual({
      'application/json': { Ref: expect.stringContaining('CreateImageRequest') },
    });
    expect(documented.get('PATCH /images/{image_id}')!.Properties.RequestModels).toEqual({
      'application/json': { Ref: expect.stringContaining('UpdateImageRequest') },
    });
    expect(documented.get('POST /images/batch-delete')!.Properties.RequestModels).toEqual({
      'application/json': { Ref: expect.stringContaining('BatchDelete') },
    });
    expect(documented.get('POST /images/batch-get')!.Properties.RequestModels).toEqual({
      'application/json': { Ref: expect.stringContaining('BatchGet') },
    });
    result.template.resourceCountIs('AWS::ApiGateway::RequestValidator', 0);
    expect(result.one('AWS::ApiGateway::Model', 'CreateImage').Properties.Schema).toMatchObject({
      required: ['content_type', 'size'],
      additionalProperties: false,
      properties: { size: { type: 'integer', minimum: 1, maximum: 3 * 1024 * 1024 } },
    });
  });
});

describe('the stage', () => {
  test('throttles every method of the API', () => {
    const every = { HttpMethod: '*', ResourcePath: '/*' };
    const getMethodSettings = (result: Synthesized) => result.one('AWS::ApiGateway::Stage').Properties.MethodSettings;
    expect(getMethodSettings(synthesize())).toMatchObject([
      { ...every, ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 },
    ]);
    const limits = Limits.of({ rate: 7, burst: 9 });
    expect(getMethodSettings(synthesize({ limits }))).toMatchObject([
      { ...every, ThrottlingRateLimit: 7, ThrottlingBurstLimit: 9 },
    ]);
  });

  test('logs JSON without query strings, paths, headers or callers', () => {
    const { Format } = synthesize().one('AWS::ApiGateway::Stage').Properties.AccessLogSetting;
    const fields = JSON.parse(Format) as Record<string, string>;
    expect(Object.values(fields)).toEqual(expect.arrayContaining([
      '$context.requestId', '$context.status', '$context.responseLatency', '$context.resourcePath',
    ]));
    expect(Format).not.toMatch(/context\.path\b|querystring|header|identity\.(user|caller|accountId)|authorizer/);
  });

  test('logs no bodies, and traces requests', () => {
    const { MethodSettings, TracingEnabled } = synthesize().one('AWS::ApiGateway::Stage').Properties;
    expect(MethodSettings[0]).toMatchObject({ DataTraceEnabled: false, LoggingLevel: 'ERROR' });
    expect(TracingEnabled).toBe(true);
  });

  test('keeps logs for a month, as every log group does', () => {
    const groups = Object.values(synthesize().all('AWS::Logs::LogGroup'));
    expect(groups.map(({ Properties }) => Properties.RetentionInDays)).toEqual(Array(9).fill(30));
  });

  test('depends on the log group that API Gateway would make without retention', () => {
    const result = synthesize();
    const executionLogs = Object.entries(result.all('AWS::Logs::LogGroup')).find(
      ([, { Properties }]) => JSON.stringify(Properties).includes('API-Gateway-Execution-Logs_'),
    )!;
    expect(result.one('AWS::ApiGateway::Stage').DependsOn).toContain(executionLogs[0]);
  });
});

describe("the account's CloudWatch role", () => {
  const FLAG = '@aws-cdk/aws-apigateway:disableCloudWatchRole';

  /** An app as `cdk init` creates it. */
  function withFlag(props: ImageServiceProps = {}): { readonly template: Template; readonly infos: string[] } {
    const stack = new Stack(new App({ context: { [FLAG]: true } }), 'Stack');
    new ImageService(stack, 'Images', props);
    const template = Template.fromStack(stack);
    return {
      template,
      infos: Annotations.fromStack(stack).findInfo('*', Match.stringLikeRegexp('cloudWatchRole')).map(
        ({ entry }) => `${entry.data}`,
      ),
    };
  }

  function expectNoRole(template: Template): void {
    template.resourceCountIs('AWS::ApiGateway::Account', 0);
    template.resourcePropertiesCountIs('AWS::IAM::Role', {
      AssumeRolePolicyDocument:
        Match.objectLike({ Statement: [Match.objectLike({ Principal: { Service: 'apigateway.amazonaws.com' } })] }),
    }, 0);
  }

  test('is made and retained, and the stage depends on it', () => {
    const result = synthesize();
    const [[accountId, account]] = Object.entries(result.all('AWS::ApiGateway::Account'));
    expect(account.DeletionPolicy).toBe('Retain');
    expect(result.one('AWS::IAM::Role', 'CloudWatchRole').DeletionPolicy).toBe('Retain');
    expect(result.one('AWS::ApiGateway::Stage').DependsOn).toContain(accountId);
  });

  test('is shared by all services of a stack', () => {
    const stack = new Stack(new App(), 'Stack');
    for (const id of ['Avatars', 'Photos']) new ImageService(stack, id);
    const template = Template.fromStack(stack);
    const [accountId, ...others] = Object.keys(template.findResources('AWS::ApiGateway::Account'));
    expect(others).toEqual([]);
    const stages = Object.values(template.findResources('AWS::ApiGateway::Stage'));
    expect(stages.map(({ DependsOn }) => DependsOn)).toEqual(stages.map(() => expect.arrayContaining([accountId])));
  });

  test('is not made with cloudWatchRole false', () => {
    expectNoRole(synthesize({ cloudWatchRole: false }).template);
  });

  test('is not made with the feature flag of the app, and an info names the requirement', () => {
    const { template, infos } = withFlag();
    expectNoRole(template);
    expect(infos).toEqual([
      expect.stringContaining(`'cloudWatchRole' follows the feature flag ${FLAG}, got: no role;`),
    ]);
  });

  test.each([[true, 1], [false, 0]])(
    'follows cloudWatchRole: %s rather than the feature flag', (cloudWatchRole, count) => {
      const { template, infos } = withFlag({ cloudWatchRole });
      template.resourceCountIs('AWS::ApiGateway::Account', count);
      expect(infos).toEqual([]);
    },
  );
});

describe('a deployment', () => {
  const findDeploymentId = (result: Synthesized) => Object.keys(result.all('AWS::ApiGateway::Deployment'))[0];

  test('is the same for the same API', () => {
    expect(findDeploymentId(synthesize())).toBe(findDeploymentId(synthesize({ limits: Limits.of({ rate: 1 }) })));
  });

  test('changes with methods and with responses of API Gateway', () => {
    const oneOrigin = findDeploymentId(synthesize(CORS));
    const otherOrigin = findDeploymentId(
      synthesize({ uploads: UploadRules.of({ corsOrigins: ['https://other.example.com'] }) }),
    );
    expect(new Set([findDeploymentId(synthesize()), oneOrigin, otherOrigin]).size).toBe(3);
  });

  test('depends on all methods and responses', () => {
    const result = synthesize();
    const [deployment] = Object.values(result.all('AWS::ApiGateway::Deployment'));
    const methods = Object.keys(result.all('AWS::ApiGateway::Method'));
    const responses = Object.keys(result.all('AWS::ApiGateway::GatewayResponse'));
    expect(deployment.DependsOn).toEqual(expect.arrayContaining([...methods, ...responses]));
  });
});

describe('the functions', () => {
  test('run as configured', () => {
    const compute = Compute.zip({
      apiMemory: Size.mebibytes(1024),
      provisionedConcurrency: 2,
      reservedConcurrency: 20,
    });
    const result = synthesize({ compute });
    expect(result.one('AWS::Lambda::Function', 'ApiFunction').Properties).toMatchObject({
      MemorySize: 1024,
      ReservedConcurrentExecutions: 20,
      Architectures: ['arm64'],
      Runtime: 'nodejs24.x',
      TracingConfig: { Mode: 'Active' },
    });
    expect(result.one('AWS::Lambda::Alias').Properties).toMatchObject({
      Name: 'live',
      ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 2 },
    });
  });

  test("time out within API Gateway's limit", () => {
    expect(synthesize().one('AWS::Lambda::Function', 'ApiFunction').Properties.Timeout).toBeLessThanOrEqual(29);
  });

  test('include the sweeper, which runs every 5 minutes without retries', () => {
    expect(synthesize().one('AWS::Events::Rule').Properties).toMatchObject({
      ScheduleExpression: 'rate(5 minutes)',
      State: 'ENABLED',
      Targets: [
        {
          Arn: { 'Fn::GetAtt': [expect.stringContaining('Sweeper'), 'Arn'] },
          RetryPolicy: { MaximumRetryAttempts: 0 },
        },
      ],
    });
  });
});
