import { JWT, makeAuthorizer } from './accesses';
import { synthesize, type PropsFor } from './synth';
import { ApiAccess, UploadRules } from '../../src';
import { EXPOSED_HEADERS, listMethods, PROBLEMS, listResources, type ProblemCode } from '../../src/contract';

/** Renders a template of a gateway response as API Gateway does: variables, no functions. */
function fillTemplate(template: string, path: string): string {
  expect(template).not.toMatch(/#set|#if|\$util/);
  return template.replaceAll('$context.path', path);
}

/** Renders the only statement of a mock's template as Velocity does. */
function evaluate(template: string, path: string): string {
  const [statement, body] = template.split('\n');
  const [, cut, by, unescaped, replacement] = /^#set\(\$instance = \$util\.escapeJavaScript\(\$context\.path\.replaceAll\('(.*?)', '(.*?)'\)\)\.replaceAll\("(.*?)", "(.*?)"\)\)$/.exec(statement)!;
  const instance = escapeJavaScript(path.replaceAll(new RegExp(cut, 'g'), by)).replaceAll(
    new RegExp(unescaped, 'g'), replacement,
  );
  return body.replaceAll('$instance', () => instance);
}

/** Escapes as Apache Commons Lang, which API Gateway uses: with `\'` and `\/`. */
function escapeJavaScript(text: string): string {
  return text.replace(/['"\\/]/g, '\\$&').replace(
    /[^\x20-\x7e]/g, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Further members of some problems, by http-api.md. */
const EXTRAS: Partial<Record<ProblemCode, object>> = { 'body-too-large': { limit: 65_536 } };

function expectProblem(text: string, code: ProblemCode, instance: string): void {
  expect(JSON.parse(text)).toEqual({
    type: expect.stringMatching(/^urn:.*/),
    ...PROBLEMS[code],
    detail: expect.stringMatching(/\.$/),
    code,
    instance,
    ...EXTRAS[code],
  });
}

function expectHeadersOnce(parameters: string[]): void {
  const names = parameters.map(parameter => parameter.replace(/^(gateway|method\.)response\.header\./, ''));
  expect(names.filter(name => name.toLowerCase() === 'content-type')).toEqual(['Content-Type']);
  expect(new Set(names.map(name => name.toLowerCase())).size).toBe(names.length);
}

const EXPECTED: Record<string, ProblemCode> = {
  ACCESS_DENIED: 'forbidden',
  API_CONFIGURATION_ERROR: 'internal',
  AUTHORIZER_CONFIGURATION_ERROR: 'unavailable',
  AUTHORIZER_FAILURE: 'unavailable',
  BAD_REQUEST_BODY: 'invalid-request',
  BAD_REQUEST_PARAMETERS: 'invalid-request',
  DEFAULT_4XX: 'unauthenticated',
  DEFAULT_5XX: 'internal',
  EXPIRED_TOKEN: 'unauthenticated',
  INTEGRATION_FAILURE: 'unavailable',
  INTEGRATION_TIMEOUT: 'unavailable',
  INVALID_API_KEY: 'forbidden',
  INVALID_SIGNATURE: 'unauthenticated',
  MISSING_AUTHENTICATION_TOKEN: 'unauthenticated',
  QUOTA_EXCEEDED: 'rate-limited',
  REQUEST_TOO_LARGE: 'body-too-large',
  RESOURCE_NOT_FOUND: 'no-such-route',
  THROTTLED: 'rate-limited',
  UNAUTHORIZED: 'unauthenticated',
  UNSUPPORTED_MEDIA_TYPE: 'unsupported-media-type',
  WAF_FILTERED: 'forbidden',
};

describe('gateway responses', () => {
  const responses = Object.values(synthesize().all('AWS::ApiGateway::GatewayResponse')).map(
    ({ Properties }) => Properties,
  );

  test('cover every type', () => {
    expect(responses.map(({ ResponseType }) => ResponseType).sort()).toEqual(Object.keys(EXPECTED).sort());
  });

  test.each(Object.entries(EXPECTED))('answer %s with the problem %s', (type, code) => {
    const { StatusCode, ResponseTemplates, ResponseParameters } = responses.find(
      ({ ResponseType }) => ResponseType === type,
    )!;
    expect(StatusCode).toBe(`${PROBLEMS[code].status}`);
    expectProblem(fillTemplate(ResponseTemplates['application/json'], '/prod/images'), code, '/prod/images');
    expect(ResponseParameters).toMatchObject({
      'gatewayresponse.header.Content-Type': "'application/problem+json'",
      'gatewayresponse.header.cache-control': "'no-store'",
      'gatewayresponse.header.x-request-id': 'context.requestId',
    });
  });

  // Names of response parameters are case-sensitive, names of headers are not: another spelling would add a second
  // header.
  test.each(responses)(
    '$ResponseType names each header once, and spells Content-Type as API Gateway does', ({ ResponseParameters }) => {
      expectHeadersOnce(Object.keys(ResponseParameters as object));
    },
  );

  test.each(responses.filter(({ StatusCode }) => ['429', '503'].includes(StatusCode)))(
    '$ResponseType has a retry-after header', ({ ResponseParameters }) => {
      expect(ResponseParameters['gatewayresponse.header.retry-after']).toMatch(/^'\d+'$/);
    },
  );

  test.each(responses.filter(({ StatusCode }) => StatusCode === '401'))(
    '$ResponseType names the authentication scheme', ({ ResponseParameters }) => {
      expect(ResponseParameters['gatewayresponse.header.www-authenticate']).toBe("'AWS4-HMAC-SHA256'");
    },
  );
});

describe('a 401 of API Gateway', () => {
  const MODES: [string, PropsFor, string, string][] = [
    ['iam', {}, 'AWS4-HMAC-SHA256', 'The request is not signed, or its signature is not valid.'],
    ['tokens', { access: ApiAccess.jwt(JWT) }, 'Bearer', 'The token is missing or not valid.'],
    [
      'an authorizer of the app', stack => ({ access: ApiAccess.custom(makeAuthorizer(stack)) }),
      'Bearer', 'The credentials are missing or not valid.',
    ],
  ];

  test.each(MODES)('fits the access by %s', (_mode, props, scheme, detail) => {
    const responses = Object.values(synthesize(props).all('AWS::ApiGateway::GatewayResponse')).map(
      ({ Properties }) => Properties,
    );
    const denied = responses.filter(({ StatusCode }) => StatusCode === '401');
    expect(denied).toHaveLength(5);
    for (const { ResponseParameters, ResponseTemplates } of denied) {
      expect(ResponseParameters['gatewayresponse.header.www-authenticate']).toBe(`'${scheme}'`);
      expect(JSON.parse(ResponseTemplates['application/json']).detail).toBe(detail);
    }
  });

  test('can be read by a page of the only web origin', () => {
    const uploads = UploadRules.of({ corsOrigins: ['https://app.example.com'] });
    const { all } = synthesize({ access: ApiAccess.jwt(JWT), uploads });
    const headers = Object.values(all('AWS::ApiGateway::GatewayResponse')).map(
      ({ Properties }) => Properties.ResponseParameters,
    );
    expect(headers.length).toBeGreaterThan(20);
    for (const parameters of headers) {
      expect(parameters).toMatchObject({
        'gatewayresponse.header.access-control-allow-origin': "'https://app.example.com'",
        'gatewayresponse.header.access-control-expose-headers': `'${EXPOSED_HEADERS}'`,
      });
    }
  });
});

describe('mock answers', () => {
  const mocks = Object.entries(synthesize().all('AWS::ApiGateway::Method'))
    .filter(([, { Properties }]) => Properties.Integration.Type === 'MOCK')
    .map(([id, { Properties }]) => ({ id, ...Properties } as Record<string, any>));

  function renderAnswer(mock: Record<string, any>) {
    const [response] = mock.Integration.IntegrationResponses;
    return {
      status: response.StatusCode as string,
      headers: response.ResponseParameters as Record<string, string>,
      template: response.ResponseTemplates['application/json'] as string,
    };
  }

  test('cover the root, unknown paths and each resource, without authorization', () => {
    expect(mocks).toHaveLength(listResources().length + 2);
    expect(mocks.map(({ AuthorizationType, HttpMethod }) => `${HttpMethod} ${AuthorizationType}`)).toEqual(
      mocks.map(() => 'ANY NONE'),
    );
  });

  test('list the methods of each resource, and answer no-such-route elsewhere', () => {
    const allowed = mocks.map(mock => renderAnswer(mock)).map(
      ({ status, headers }) => `${status} ${headers['method.response.header.allow']}`,
    );
    const expected = [
      ...listResources().map(resource => `405 '${listMethods(resource).join(', ')}'`), '404 undefined', '404 undefined',
    ];
    expect(allowed.sort()).toEqual(expected.sort());
  });

  test.each(mocks)('$id declares each header that it sends', mock => {
    const [declared] = mock.MethodResponses;
    const { status, headers } = renderAnswer(mock);
    expect(declared.StatusCode).toBe(status);
    expect(Object.keys(declared.ResponseParameters).sort()).toEqual(Object.keys(headers).sort());
    expectHeadersOnce(Object.keys(headers));
    expect(headers).toMatchObject({
      'method.response.header.Content-Type': "'application/problem+json'",
      'method.response.header.cache-control': "'no-store'",
      'method.response.header.x-request-id': 'context.requestId',
    });
  });

  test.each([
    ['/prod/images', '/images'],
    ['/prod', '/'],
    ['/prod/', '/'],
    ['/prod/prod/x', '/prod/x'],
    ['/products', '/products'],
    ['/v1/images', '/v1/images'],
    ["/prod/it's", "/it's"],
    ['/prod/"quoted"\\', '/"quoted"\\'],
    ['/prod/ä\n', '/ä\n'],
  ])('are valid JSON for path %p', (path, instance) => {
    for (const mock of mocks) {
      const { status, template } = renderAnswer(mock);
      expectProblem(evaluate(template, path), status === '404' ? 'no-such-route' : 'method-not-allowed', instance);
    }
  });

  test.each(['application/json', 'text/plain', 'multipart/form-data', 'application/octet-stream', 'image/jpeg'])(
    'answer requests with bodies of %s', type => {
      for (const mock of mocks) {
        expect(JSON.parse(mock.Integration.RequestTemplates[type])).toEqual({
          statusCode: Number(renderAnswer(mock).status),
        });
      }
    },
  );

  test('never pass a body through as their input', () => {
    expect(mocks.map(({ Integration }) => Integration.PassthroughBehavior)).toEqual(mocks.map(() => 'NEVER'));
  });
});

describe('web origins', () => {
  function origins(corsOrigins: string[]): Set<string | undefined> {
    const { all } = synthesize({ uploads: UploadRules.of({ corsOrigins }) });
    const gateway = Object.values(all('AWS::ApiGateway::GatewayResponse')).map(
      ({ Properties }) => Properties.ResponseParameters['gatewayresponse.header.access-control-allow-origin'],
    );
    const mocks = Object.values(all('AWS::ApiGateway::Method')).flatMap(
      ({ Properties }) => Properties.Integration.IntegrationResponses ?? [],
    );
    return new Set([
      ...gateway,
      ...mocks.map(
        ({ ResponseParameters }) => ResponseParameters['method.response.header.access-control-allow-origin'],
      ),
    ]);
  }

  test('are in every response of API Gateway if there is one only', () => {
    expect(origins(['https://app.example.com'])).toEqual(new Set(["'https://app.example.com'"]));
  });

  test('add no header if there are several or none', () => {
    expect(origins(['https://a.example.com', 'https://b.example.com'])).toEqual(new Set([undefined]));
    expect(origins([])).toEqual(new Set([undefined]));
  });
});
