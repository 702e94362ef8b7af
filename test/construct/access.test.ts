import { App, CfnParameter, Duration, Fn, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { APIGATEWAY_AUTHORIZER_CHANGE_DEPLOYMENT_LOGICAL_ID } from 'aws-cdk-lib/cx-api';
import { ACCESSES, JWT, makeAuthorizer, makeUserPool } from './accesses';
import { makeVpc } from './combinations';
import { expectRights, listFunctionRights } from './rights';
import { getEnvironment, synthesize, testApp, type Synthesized } from './synth';
import { ApiAccess, Compute, Events, ImageService, UploadRules } from '../../src';
import { AUTHORIZER_ENV, ROUTES } from '../../src/contract';

const CORS = { uploads: UploadRules.of({ corsOrigins: ['https://app.example.com'] }) };

function withAccess(name: string): Synthesized {
  return synthesize(stack => ({ access: ACCESSES[name](stack), ...CORS }));
}

function getAuthorizer({ one }: Synthesized): Record<string, any> {
  return one('AWS::ApiGateway::Authorizer').Properties;
}

function getDeploymentId({ all }: Synthesized): string {
  return Object.keys(all('AWS::ApiGateway::Deployment'))[0];
}

describe.each(Object.keys(ACCESSES))('access by %s', name => {
  const result = withAccess(name);
  const methods = Object.values(result.all('AWS::ApiGateway::Method')).map(({ Properties }) => Properties);
  const calling = methods.filter(({ Integration }) => Integration.Type !== 'MOCK');

  test('puts the authorizer before every route except health checks and preflights', () => {
    const authorizerIds = Object.keys(result.all('AWS::ApiGateway::Authorizer'));
    const closed = calling.filter(({ AuthorizationType }) => AuthorizationType === 'CUSTOM');
    expect(closed.map(({ AuthorizerId }) => AuthorizerId.Ref)).toEqual(closed.map(() => authorizerIds[0]));
    const open = calling.filter(({ AuthorizationType }) => AuthorizationType !== 'CUSTOM');
    expect(open.map(({ AuthorizationType }) => AuthorizationType)).toEqual(open.map(() => 'NONE'));
    const names = open.map(({ HttpMethod, OperationName }) => `${HttpMethod} ${OperationName}`);
    expect([...new Set(names)].sort()).toEqual(['GET getHealth', 'HEAD undefined', 'OPTIONS undefined']);
    const operations = ROUTES.filter(route => !route.open).map(({ operation }) => operation);
    const secured = closed.map(({ OperationName }) => OperationName).filter(operation => operation !== undefined);
    expect(secured.sort()).toEqual(operations.sort());
  });

  test('lets API Gateway call the function of this authorizer only', () => {
    const { AuthorizerUri, Type } = getAuthorizer(result);
    const permission = result.one('AWS::Lambda::Permission', 'RequestAuthorizer').Properties;
    expect(Type).toBe('REQUEST');
    expect(AuthorizerUri['Fn::Join'][1]).toContainEqual(permission.FunctionName);
    expect(permission).toMatchObject({ Action: 'lambda:InvokeFunction', Principal: 'apigateway.amazonaws.com' });
    const [authorizerId] = Object.keys(result.all('AWS::ApiGateway::Authorizer'));
    expect(permission.SourceArn['Fn::Join'][1].slice(-2)).toEqual(['/authorizers/', { Ref: authorizerId }]);
  });

  test('deploys the stage after the authorizer and its permission', () => {
    const [{ DependsOn }] = Object.values(result.all('AWS::ApiGateway::Deployment'));
    for (const type of ['AWS::ApiGateway::Authorizer', 'AWS::Lambda::Permission']) {
      const [id] = Object.keys(result.all(type)).filter(key => key.includes('RequestAuthorizer'));
      expect(DependsOn).toContain(id);
    }
  });

  test('makes grantInvoke an error, because API Gateway reads no permission', () => {
    const { service, stack } = result;
    const backend = new iam.Role(new Stack(), 'Backend', { assumedBy: new iam.AccountRootPrincipal() });
    expect(() => service.grantInvoke(backend)).toThrow(
      /^Stack\/Images: 'grantInvoke' needs ApiAccess\.iam\(\), got: ApiAccess\.\w+\(\); leave it out: /,
    );
    expect(stack.resolve(service.url)).toBeDefined();
  });
});

describe('the authorizer function', () => {
  const result = synthesize({ access: ApiAccess.jwt(JWT), events: Events.eventBridge() });

  test('is among the functions of the service, and has alarms', () => {
    const { service } = result;
    expect(service.authorizerFunction).toBeDefined();
    expect(service.functions).toContain(service.authorizerFunction);
    const names = Object.keys(service.alarms).filter(name => name.startsWith('Authorizer'));
    // Its errors are tokens that are not valid: no alarm on them.
    expect(names.sort()).toEqual(['AuthorizerFunctionDuration', 'AuthorizerFunctionThrottles']);
  });

  test('writes logs and traces, and has no other right', () => {
    expectRights(listFunctionRights(result, 'ApiAuthorizerRole'), []);
  });

  test('does not exist with iam and with an authorizer of the app', () => {
    const custom = synthesize(stack => ({ access: ApiAccess.custom(makeAuthorizer(stack)) }));
    for (const { service, all } of [synthesize(), custom]) {
      expect(service.authorizerFunction).toBeUndefined();
      expect(Object.keys(all('AWS::Lambda::Function')).filter(id => id.includes('ApiAuthorizer'))).toEqual([]);
    }
    expect(Object.keys(synthesize().all('AWS::ApiGateway::Authorizer'))).toEqual([]);
  });

  test('leaves an authorizer of the app as it is', () => {
    const { one } = synthesize(stack => ({ access: ApiAccess.custom(makeAuthorizer(stack)) }));
    expect(one('AWS::Lambda::Function', 'OwnAuthorizer').Properties.Environment).toBeUndefined();
  });

  test('runs in the VPC of the other functions', () => {
    const access = ApiAccess.jwt(JWT);
    const { one } = synthesize(stack => ({ access, compute: Compute.zip({ vpc: makeVpc(stack) }) }));
    const { VpcConfig } = one('AWS::Lambda::Function', 'ApiAuthorizer').Properties;
    expect(VpcConfig).toEqual(one('AWS::Lambda::Function', 'ApiFunction').Properties.VpcConfig);
    expect(VpcConfig.SubnetIds).toEqual(['subnet-a', 'subnet-b']);
  });

  test('gets the settings of tokens', () => {
    expect(getEnvironment(withAccess('every option of tokens'), 'ApiAuthorizer')).toMatchObject({
      [AUTHORIZER_ENV.KIND]: 'oidc',
      [AUTHORIZER_ENV.ISSUER]: 'https://login.example.com/',
      [AUTHORIZER_ENV.JWKS_URI]: 'https://keys.example.com/jwks.json',
      [AUTHORIZER_ENV.AUDIENCE]: '["https://api.example.com"]',
      [AUTHORIZER_ENV.USER_CLAIM]: 'uid',
      [AUTHORIZER_ENV.GROUPS_CLAIM]: 'https://example.com/roles',
      [AUTHORIZER_ENV.REQUIRED_SCOPES]: '["images/use"]',
      [AUTHORIZER_ENV.TRUSTED_SCOPE]: 'images/trusted',
      [AUTHORIZER_ENV.TRUSTED_CLIENTS]: '["backend"]',
    });
  });

  test('gets the issuer, the keys and the clients of a user pool', () => {
    const region = { Ref: 'AWS::Region' };
    const pool = '.amazonaws.com/eu-central-1_AbCdEfGhI';
    expect(getEnvironment(withAccess('Cognito'), 'ApiAuthorizer')).toMatchObject({
      [AUTHORIZER_ENV.KIND]: 'cognito',
      [AUTHORIZER_ENV.ISSUER]: { 'Fn::Join': ['', ['https://cognito-idp.', region, pool]] },
      [AUTHORIZER_ENV.JWKS_URI]: {
        'Fn::Join': ['', ['https://cognito-idp.', region, `${pool}/.well-known/jwks.json`]],
      },
      [AUTHORIZER_ENV.AUDIENCE]: '["web","backend"]',
      [AUTHORIZER_ENV.GROUPS_CLAIM]: 'cognito:groups',
      [AUTHORIZER_ENV.TRUSTED_CLIENTS]: '["backend"]',
    });
  });

  test('names the region of a user pool of another region', () => {
    const { stack } = synthesize(scope => {
      const arn = 'arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_AbCdEfGhI';
      const userPool = cognito.UserPool.fromUserPoolArn(scope, 'Pool', arn);
      return { access: ApiAccess.cognito(userPool, { clients: [makeUserPool(scope).web] }) };
    });
    expect(JSON.stringify(Template.fromStack(stack).toJSON())).toContain(
      'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI',
    );
  });

  test('takes clients that are made in the app, in JSON that CloudFormation completes', () => {
    const made = synthesize(stack => {
      const userPool = new cognito.UserPool(stack, 'Pool');
      return { access: ApiAccess.cognito(userPool, { clients: [userPool.addClient('Web')] }) };
    });
    const { [AUTHORIZER_ENV.AUDIENCE]: audience } = getEnvironment(made, 'ApiAuthorizer');
    const [[, parts]] = Object.values(audience as Record<string, [string, unknown[]]>);
    expect(parts).toEqual(['["', { Ref: expect.stringContaining('PoolWeb') }, '"]']);
  });
});

describe('the cache of decisions', () => {
  test('lasts 5 minutes by token unless configured', () => {
    expect(getAuthorizer(withAccess('tokens'))).toMatchObject({
      AuthorizerResultTtlInSeconds: 300, IdentitySource: 'method.request.header.Authorization',
    });
    expect(getAuthorizer(withAccess('every option of tokens')).AuthorizerResultTtlInSeconds).toBe(3600);
    expect(getAuthorizer(withAccess('own authorizer'))).toMatchObject({
      AuthorizerResultTtlInSeconds: 300, IdentitySource: 'method.request.header.Authorization',
    });
  });

  test('is off with 0, and an authorizer of the app may then read other headers', () => {
    const own = getAuthorizer(withAccess('own authorizer without a cache'));
    expect(own.AuthorizerResultTtlInSeconds).toBe(0);
    expect(own.IdentitySource).toBeUndefined();
    const tokens = synthesize({ access: ApiAccess.jwt({ ...JWT, cacheTtl: Duration.seconds(0) }) });
    expect(getAuthorizer(tokens)).toMatchObject({
      AuthorizerResultTtlInSeconds: 0, IdentitySource: 'method.request.header.Authorization',
    });
  });

  test('takes a lifetime that is known at deployment only', () => {
    const result = synthesize(stack => {
      const seconds = new CfnParameter(stack, 'Seconds', { type: 'Number' });
      return { access: ApiAccess.jwt({ ...JWT, cacheTtl: Duration.seconds(seconds.valueAsNumber) }) };
    });
    expect(getAuthorizer(result).AuthorizerResultTtlInSeconds).toEqual({ Ref: 'Seconds' });
  });
});

describe('the deployment of the stage', () => {
  const deploy = (makeAccess: (stack: Stack) => ApiAccess) =>
    getDeploymentId(synthesize(stack => ({ access: makeAccess(stack) })));
  const tokens = deploy(() => ApiAccess.jwt(JWT));

  test('is replaced when the access changes', () => {
    const custom = deploy(stack => ApiAccess.custom(makeAuthorizer(stack)));
    expect(new Set([getDeploymentId(synthesize()), tokens, custom]).size).toBe(3);
  });

  test('is replaced when the cache of the authorizer changes', () => {
    expect(deploy(() => ApiAccess.jwt({ ...JWT, cacheTtl: Duration.minutes(1) }))).not.toBe(tokens);
    const own = [5, 0].map(minutes =>
      deploy(stack => ApiAccess.custom(makeAuthorizer(stack), { cacheTtl: Duration.minutes(minutes) })));
    expect(own[0]).not.toBe(own[1]);
  });

  test('is replaced when another function becomes the authorizer', () => {
    const find = (id: string) => (stack: Stack) => ApiAccess.custom(lambda.Function.fromFunctionName(stack, 'Own', id));
    expect(deploy(find('first'))).not.toBe(deploy(find('second')));
  });

  test('stays when the settings of tokens change: the function reads them at once', () => {
    expect(deploy(() => ApiAccess.jwt({ ...JWT, audience: ['other'] }))).toBe(tokens);
  });

  test('stays with iam, with and without the feature flag of CDK for authorizers', () => {
    const ids = [true, false].map(isOn => {
      const app = testApp();
      app.node.setContext(APIGATEWAY_AUTHORIZER_CHANGE_DEPLOYMENT_LOGICAL_ID, isOn);
      const stack = new Stack(app, 'Stack');
      new ImageService(stack, 'Images');
      return Object.keys(Template.fromStack(stack).findResources('AWS::ApiGateway::Deployment'))[0];
    });
    expect(ids).toEqual([getDeploymentId(synthesize()), getDeploymentId(synthesize())]);
  });
});

describe('a function or user pool of another stack', () => {
  test('is used without a circular dependency', () => {
    const app = new App();
    const other = new Stack(app, 'Other');
    const [first, second] = ['First', 'Second'].map(id => new Stack(app, id));
    new ImageService(first, 'Images', { access: ApiAccess.custom(makeAuthorizer(other)) });
    const userPool = new cognito.UserPool(other, 'Pool');
    new ImageService(second, 'Images', {
      access: ApiAccess.cognito(userPool, { clients: [userPool.addClient('Web')] }),
    });
    app.synth();
    expect(other.dependencies).toEqual([]);
    expect([first, second].map(({ dependencies }) => dependencies)).toEqual([[other], [other]]);
  });

  test('may be named by an import, and the permission is made all the same', () => {
    const result = synthesize(stack => ({
      access: ApiAccess.custom(lambda.Function.fromFunctionArn(stack, 'Own', Fn.importValue('authorizer'))),
    }));
    expect(result.one('AWS::Lambda::Permission', 'RequestAuthorizer').Properties.FunctionName).toEqual({
      'Fn::ImportValue': 'authorizer',
    });
  });

  test.each([
    ['account', 'arn:aws:lambda:eu-central-1:999999999999:function:own', '999999999999'],
    ['region', 'arn:aws:lambda:us-east-1:111122223333:function:own', 'us-east-1'],
  ])('must be in the %s of the service', (place, arn, got) => {
    const stack = new Stack(testApp(), 'Stack', { env: { account: '111122223333', region: 'eu-central-1' } });
    const access = ApiAccess.custom(lambda.Function.fromFunctionArn(stack, 'Own', arn));
    expect(() => new ImageService(stack, 'Images', { access })).toThrow(
      new RegExp(`^Stack/Images: 'access.authorizerFunction' must be in the ${place} of the service, .*, got: ${got} for Stack/Own; use one of that ${place}$`),
    );
  });
});

test('two services of one stack have authorizers of their own', () => {
  const stack = new Stack(testApp(), 'Stack');
  const access = ApiAccess.jwt(JWT);
  for (const id of ['Avatars', 'Photos']) new ImageService(stack, id, { access });
  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::ApiGateway::Authorizer', 2);
  const ids = Object.keys(template.findResources('AWS::Lambda::Function')).filter(id => id.includes('ApiAuthorizer'));
  expect(ids).toHaveLength(2);
});

test('two services of one stack share an authorizer of the app', () => {
  const stack = new Stack(testApp(), 'Stack');
  const access = ApiAccess.custom(makeAuthorizer(stack));
  for (const id of ['Avatars', 'Photos']) new ImageService(stack, id, { access });
  Template.fromStack(stack).resourceCountIs('AWS::ApiGateway::Authorizer', 2);
});
