import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { makeLogBucket, makeDomain, makeSigning } from './combinations';
import { synthesize, type Synthesized } from './synth';
import {
  Delivery, Processing, Signing, UploadRules, Variant, VariantFormat, Viewers, type CloudFrontDeliveryOptions,
} from '../../src';
import { DELIVERY_HEADERS } from '../../src/contract';

function getConfig({ one }: Synthesized): Record<string, any> {
  return one('AWS::CloudFront::Distribution').Properties.DistributionConfig;
}

function withOptions(options: (stack: Synthesized['stack']) => CloudFrontDeliveryOptions): Synthesized {
  return synthesize(stack => ({ delivery: Delivery.cloudFront(options(stack)) }));
}

const synthesizePublic = (): Synthesized => withOptions(() => ({ viewers: Viewers.anyone() }));

describe('the distribution', () => {
  const result = synthesize();
  const config = getConfig(result);
  const { DefaultCacheBehavior: images, CacheBehaviors: [errors] } = config;

  test('gets variants from the bucket, and missing ones from the transform function', () => {
    const [storage, transform] = config.Origins;
    expect(storage).toMatchObject({
      OriginPath: '/variants',
      OriginAccessControlId: expect.anything(),
      S3OriginConfig: { OriginAccessIdentity: '' },
    });
    expect(transform).toMatchObject({
      OriginAccessControlId: expect.anything(),
      CustomOriginConfig: {
        OriginProtocolPolicy: 'https-only',
        OriginReadTimeout: 60,
        OriginSSLProtocols: ['TLSv1.2'],
      },
    });
    expect(transform).not.toHaveProperty('OriginPath');
    // "If the origin doesn't respond … CloudFront tries again according to the value of Origin connection attempts"
    // (Developer Guide, "Response timeout").
    expect(transform.ConnectionAttempts).toBe(1);
    expect(config.OriginGroups.Items).toEqual([{
      Id: images.TargetOriginId,
      FailoverCriteria: { StatusCodes: { Items: [403, 404, 500, 502, 503, 504], Quantity: 6 } },
      Members: { Items: [{ OriginId: storage.Id }, { OriginId: transform.Id }], Quantity: 2 },
    }]);
    const kinds = Object.values(result.all('AWS::CloudFront::OriginAccessControl')).map(
      ({ Properties }) => Properties.OriginAccessControlConfig,
    );
    expect(kinds.map(({ OriginAccessControlOriginType: type }) => type).sort()).toEqual(['lambda', 's3']);
    for (const kind of kinds) expect(kind).toMatchObject({ SigningBehavior: 'always', SigningProtocol: 'sigv4' });
  });

  test('accepts signed GET and HEAD over TLS, and runs the edge function', () => {
    expect(images).toMatchObject({
      AllowedMethods: ['GET', 'HEAD'],
      ViewerProtocolPolicy: 'https-only',
      Compress: false,
      TrustedKeyGroups: [expect.anything()],
    });
    expect(images.FunctionAssociations).toEqual(['Edge', 'Private'].map((name, i) => ({
      EventType: ['viewer-request', 'viewer-response'][i],
      FunctionARN: { 'Fn::GetAtt': [expect.stringContaining(`Cdn${name}`), 'FunctionARN'] },
    })));
    expect(result.one('AWS::CloudFront::Function', 'Edge').Properties).toMatchObject({
      FunctionConfig: { Runtime: 'cloudfront-js-2.0' },
      AutoPublish: true,
    });
    expect(config).toMatchObject({ HttpVersion: 'http2and3', PriceClass: 'PriceClass_All', IPV6Enabled: true });
    for (const absent of ['Aliases', 'ViewerCertificate', 'WebACLId', 'Logging']) {
      expect(config).not.toHaveProperty(absent);
    }
  });

  test('caches by path and the header of exact AVIF only', () => {
    const policies = Object.values(result.all('AWS::CloudFront::CachePolicy')).map(
      ({ Properties }) => Properties.CachePolicyConfig,
    );
    expect(policies).toHaveLength(2);
    for (const { Comment, ParametersInCacheKeyAndForwardedToOrigin: key } of policies) {
      expect(key).toEqual({
        CookiesConfig: { CookieBehavior: 'none' },
        HeadersConfig: Comment === 'Image service: images'
          ? { HeaderBehavior: 'whitelist', Headers: ['x-exact-format'] }
          : { HeaderBehavior: 'none' },
        QueryStringsConfig: { QueryStringBehavior: 'none' },
        EnableAcceptEncodingBrotli: false,
        EnableAcceptEncodingGzip: false,
      });
    }
    // Without a minimum TTL of the error page, each request for it would reach the function.
    expect(result.one('AWS::CloudFront::CachePolicy', 'ImageCache').Properties.CachePolicyConfig).toMatchObject({
      MinTTL: 31_536_000,
      DefaultTTL: 31_536_000,
      MaxTTL: 31_536_000,
    });
    expect(synthesizePublic().one('AWS::CloudFront::CachePolicy', 'ImageCache').Properties.CachePolicyConfig)
      .toMatchObject({ MinTTL: 0, DefaultTTL: 86_400, MaxTTL: 31_536_000 });
    expect(result.one('AWS::CloudFront::CachePolicy', 'ErrorPage').Properties.CachePolicyConfig).toMatchObject({
      MinTTL: 86_400,
    });
    for (const behavior of [images, errors]) expect(behavior).not.toHaveProperty('OriginRequestPolicyId');
  });

  test('caches a 404 for four seconds and no other error, and serves unsigned pages for 403 and 404', () => {
    expect(config.CustomErrorResponses).toEqual(
      [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504].map(ErrorCode => ({
        ErrorCode,
        ErrorCachingMinTTL: ErrorCode === 404 ? 4 : 0,
        ...([403, 404].includes(ErrorCode) && { ResponseCode: ErrorCode, ResponsePagePath: `/errors/${ErrorCode}` }),
      })),
    );
    const [, transform] = config.Origins;
    expect(config.CacheBehaviors.map(({ PathPattern }: { PathPattern: string }) => PathPattern)).toEqual([
      '/errors/403', '/errors/404',
    ]);
    for (const page of config.CacheBehaviors) {
      const { ResponseHeadersPolicyId } = images;
      expect(page).toMatchObject({
        TargetOriginId: transform.Id,
        ResponseHeadersPolicyId,
        CachePolicyId: errors.CachePolicyId,
      });
      expect(page).not.toHaveProperty('TrustedKeyGroups');
      expect(page).not.toHaveProperty('FunctionAssociations');
    }
  });

  test('adds all headers of the contract to every response', () => {
    const policy = result.one('AWS::CloudFront::ResponseHeadersPolicy').Properties.ResponseHeadersPolicyConfig;
    const {
      ContentSecurityPolicy: csp, StrictTransportSecurity: hsts, ContentTypeOptions: nosniff,
    } = policy.SecurityHeadersConfig;
    const custom: { Header: string; Value: string; Override: boolean }[] = policy.CustomHeadersConfig.Items;
    for (const header of [csp, hsts, nosniff, ...custom]) expect(header.Override).toBe(true);
    expect({
      'content-security-policy': csp.ContentSecurityPolicy,
      'strict-transport-security': `max-age=${hsts.AccessControlMaxAgeSec}`,
      'x-content-type-options': 'nosniff',
      ...Object.fromEntries(custom.map(({ Header, Value }) => [Header, Value])),
    }).toEqual(DELIVERY_HEADERS);
    expect(policy).not.toHaveProperty('CorsConfig');
  });

  test('outputs its URL and exposes its parts', () => {
    const { service, stack } = result;
    expect(stack.resolve(service.deliveryUrl)).toEqual({
      'Fn::Join': ['', ['https://', { 'Fn::GetAtt': ['ImagesDeliveryCdnDistribution2DACE48A', 'DomainName'] }]],
    });
    expect(service.distribution!.node.path).toBe('Stack/Images/Delivery/Cdn/Distribution');
    expect(service.invalidationQueue!.node.path).toBe('Stack/Images/Delivery/Invalidations/Queue');
  });
});

describe('with a custom domain', () => {
  test('viewers need TLS 1.2, and URLs use the first name name', () => {
    const result = withOptions(stack => ({
      ...makeDomain(stack),
      viewers: Viewers.anyone(),
      domainNames: ['images.example.com', '*.example.com'],
    }));
    expect(getConfig(result)).toMatchObject({
      Aliases: ['images.example.com', '*.example.com'],
      ViewerCertificate: {
        MinimumProtocolVersion: 'TLSv1.2_2021',
        SslSupportMethod: 'sni-only',
        AcmCertificateArn: expect.stringContaining('us-east-1'),
      },
    });
    expect(result.service.deliveryUrl).toBe('https://images.example.com');
    expect(getEnvironment(result, 'ApiFunction').DELIVERY_URL).toBe('https://images.example.com');
  });
});

describe('scripts on other origins', () => {
  const getCors = ({ one }: Synthesized) =>
    one('AWS::CloudFront::ResponseHeadersPolicy').Properties.ResponseHeadersPolicyConfig.CorsConfig;

  test('may read variants from the origins of uploads, unless corsOrigins is set', () => {
    const uploads = UploadRules.of({ corsOrigins: ['https://app.example.com'] });
    expect(getCors(synthesize({ uploads }))).toMatchObject({
      AccessControlAllowOrigins: { Items: ['https://app.example.com'] },
      AccessControlAllowCredentials: true,
      AccessControlAllowMethods: { Items: ['GET', 'HEAD'] },
      OriginOverride: true,
    });
    const others = Delivery.cloudFront({ corsOrigins: ['https://b.example.com'], viewers: Viewers.anyone() });
    expect(getCors(synthesize({ uploads, delivery: others }))).toMatchObject({
      AccessControlAllowOrigins: { Items: ['https://b.example.com'] }, AccessControlAllowCredentials: false,
    });
    expect(getCors(synthesize({ uploads, delivery: Delivery.cloudFront({ corsOrigins: [] }) }))).toBeUndefined();
  });

  test('get responses that vary by origin', () => {
    const { one } = synthesize({ uploads: UploadRules.of({ corsOrigins: ['https://app.example.com'] }) });
    expect(
      one('AWS::CloudFront::ResponseHeadersPolicy').Properties.ResponseHeadersPolicyConfig.CustomHeadersConfig.Items,
    )
      .toContainEqual({ Header: 'vary', Value: 'Accept, Origin', Override: true });
  });
});

test('access logs go to logBucket, without cookies', () => {
  const result = withOptions(stack => ({ logBucket: makeLogBucket(stack) }));
  expect(getConfig(result).Logging).toEqual({
    Bucket: { 'Fn::GetAtt': [expect.stringContaining('CdnLogs'), 'RegionalDomainName'] },
    IncludeCookies: false,
  });
});

describe('the transform function', () => {
  const result = synthesize();

  test('has a streaming URL that only this distribution may call', () => {
    expect(result.one('AWS::Lambda::Url').Properties).toMatchObject({
      AuthType: 'AWS_IAM',
      InvokeMode: 'RESPONSE_STREAM',
    });
    const permissions = Object.values(result.all('AWS::Lambda::Permission'))
      .map(({ Properties }) => Properties)
      .filter(({ Principal }) => Principal === 'cloudfront.amazonaws.com');
    expect(permissions.map(({ Action, InvokedViaFunctionUrl }) => [Action, InvokedViaFunctionUrl]).sort()).toEqual([
      ['lambda:InvokeFunction', true], ['lambda:InvokeFunctionUrl', undefined],
    ]);
    for (const { SourceArn } of permissions) {
      expect(JSON.stringify(SourceArn)).toContain('{"Ref":"ImagesDeliveryCdnDistribution2DACE48A"}');
    }
  });

  test("has the worker's code, memory, timeout and limits", () => {
    const [worker, transform] = ['Worker', 'Transform'].map(
      idPart => result.one('AWS::Lambda::Function', idPart).Properties,
    );
    for (const same of ['Code', 'MemorySize', 'Timeout', 'Runtime', 'Architectures']) {
      expect(transform[same]).toEqual(worker[same]);
    }
    expect(transform.Handler).toBe('transform.handler');
    const { VARIANTS, IMAGE_LIMITS, WORKER_TIMEOUT_SECONDS } = getEnvironment(result, 'Worker');
    expect(getEnvironment(result, 'Transform')).toMatchObject({
      VARIANTS,
      IMAGE_LIMITS,
      TRANSFORM_TIMEOUT_SECONDS: WORKER_TIMEOUT_SECONDS,
    });
  });
});

describe('the invalidator', () => {
  test('processes large batches, two at a time, and returns failed messages', () => {
    const result = synthesize();
    expect(result.one('AWS::Lambda::EventSourceMapping', 'Invalidations').Properties).toMatchObject({
      BatchSize: 1000,
      MaximumBatchingWindowInSeconds: 2,
      ScalingConfig: { MaximumConcurrency: 2 },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    const { VisibilityTimeout, RedrivePolicy } = result.one('AWS::SQS::Queue', 'InvalidationsQueue').Properties;
    expect(VisibilityTimeout).toBeGreaterThanOrEqual(
      6 * result.one('AWS::Lambda::Function', 'Invalidations').Properties.Timeout,
    );
    expect(RedrivePolicy.maxReceiveCount).toBe(120);
  });
});

describe('generated keys', () => {
  const rotating = withOptions(() => ({ signing: Signing.generated({ keys: [1, 2], signWith: 2 }) }));

  test('have ids that other generations do not change', () => {
    const before = synthesize();
    const after = withOptions(() => ({ signing: Signing.generated({ keys: [2] }) }));
    for (const type of [
      'AWS::CloudFront::PublicKey', 'AWS::SecretsManager::Secret', 'Custom::ImageServiceSigningKey',
    ]) {
      expect(Object.keys(rotating.all(type)).sort()).toEqual(
        [...Object.keys(before.all(type)), ...Object.keys(after.all(type))].sort(),
      );
      for (const one of [before, after]) expect(rotating.all(type)).toMatchObject(one.all(type));
    }
    expect(Object.keys(rotating.all('AWS::CloudFront::KeyGroup'))).toEqual(
      Object.keys(before.all('AWS::CloudFront::KeyGroup')),
    );
  });

  test('are all in the key group, and one signs', () => {
    const { Items } = rotating.one('AWS::CloudFront::KeyGroup').Properties.KeyGroupConfig;
    expect(Items).toEqual([1, 2].map(key => ({ Ref: expect.stringContaining(`Generation${key}PublicKey`) })));
    const { SIGNING_KEY_ID, SIGNING_SECRET_ID } = getEnvironment(rotating, 'ApiFunction');
    expect(SIGNING_KEY_ID).toEqual({ Ref: expect.stringContaining('Generation2PublicKey') });
    expect(SIGNING_SECRET_ID).toEqual({ Ref: expect.stringContaining('Generation2Secret') });
    expect(getEnvironment(
      withOptions(() => ({ signing: Signing.generated({ keys: [1, 2] }) })), 'ApiFunction',
    ).SIGNING_KEY_ID).toEqual({ Ref: expect.stringContaining('Generation1') });
  });

  test('are all readable by the API function, so that signWith changes no permission', () => {
    const getPolicy = (signWith: number) => withOptions(
      () => ({ signing: Signing.generated({ keys: [1, 2], signWith }) }),
    ).one('AWS::IAM::Policy', 'ApiFunction').Properties.PolicyDocument;
    const [before, after] = [getPolicy(1), getPolicy(2)];
    const [statement, ...others] = (after.Statement as Record<string, any>[]).filter(
      ({ Action }) => JSON.stringify(Action).includes('secretsmanager'),
    );
    expect(others).toEqual([]);
    expect(statement).toEqual({
      Action: 'secretsmanager:GetSecretValue',
      Effect: 'Allow',
      Resource: [1, 2].map(key => ({ Ref: expect.stringContaining(`Generation${key}Secret`) })),
    });
    expect(after).toEqual(before);
  });

  test('are deleted with their generation, and start as an empty secret', () => {
    for (const { Properties, DeletionPolicy } of Object.values(rotating.all('AWS::SecretsManager::Secret'))) {
      expect(DeletionPolicy).toBe('Delete');
      expect(Object.keys(Properties)).toEqual(['Description']);
    }
    for (const [id, { Properties }] of Object.entries(rotating.all('Custom::ImageServiceSigningKey'))) {
      const generation = /Generation\d/.exec(id)![0];
      expect(Properties.SecretId).toEqual({ Ref: expect.stringContaining(`${generation}Secret`) });
      expect(rotating.one('AWS::CloudFront::PublicKey', generation).Properties.PublicKeyConfig.EncodedKey).toEqual({
        'Fn::GetAtt': [id, 'PublicKey'],
      });
    }
  });
});

test('fromSecret makes no key, trusts the group and grants the secret', () => {
  const result = withOptions(stack => ({ signing: makeSigning(stack) }));
  for (const type of ['AWS::CloudFront::PublicKey', 'AWS::CloudFront::KeyGroup', 'AWS::SecretsManager::Secret']) {
    result.template.resourceCountIs(type, 0);
  }
  expect(getConfig(result).DefaultCacheBehavior.TrustedKeyGroups).toEqual(['group']);
  expect(getEnvironment(result, 'ApiFunction').SIGNING_KEY_ID).toBe('');
  const policy = JSON.stringify(result.one('AWS::IAM::Policy', 'ApiFunction').Properties);
  expect(policy).toMatch(
    /"secretsmanager:GetSecretValue","Effect":"Allow","Resource":\{[^}]*"arn:.*:secret:signing-\?{6}"/,
  );
});

test('Viewers.anyone() makes no keys and no secret', () => {
  const result = synthesizePublic();
  expect(getConfig(result).DefaultCacheBehavior).not.toHaveProperty('TrustedKeyGroups');
  for (const type of [
    'AWS::CloudFront::PublicKey', 'AWS::CloudFront::KeyGroup', 'AWS::SecretsManager::Secret',
    'Custom::ImageServiceSigningKey',
  ]) {
    result.template.resourceCountIs(type, 0);
  }
});

describe('delivery variables of functions', () => {
  const listDeliveryVariables = (result: Synthesized, idPart: string) => Object.keys(getEnvironment(result, idPart))
    .filter(name => /DELIVERY|SIGNING|COOKIE|INVALIDATION/.test(name))
    .sort();
  const presigned = synthesize({ delivery: Delivery.presignedOnly() });

  test.each<[string, Synthesized, string[]]>([
    ['presigned', presigned, ['DELIVERY_MODE']],
    ['anyone', synthesizePublic(), ['DELIVERY_MODE', 'DELIVERY_URL', 'INVALIDATION_QUEUE_URL']],
    ['signed', synthesize(), [
      'COOKIE_DOMAIN', 'DELIVERY_MODE', 'DELIVERY_URL', 'DELIVERY_URL_TTL_SECONDS', 'INVALIDATION_QUEUE_URL',
      'SIGNING_KEY_ID', 'SIGNING_SECRET_ID',
    ]],
  ])('%s', (mode, result, names) => {
    expect(listDeliveryVariables(result, 'ApiFunction')).toEqual(names);
    const announcing = names.filter(name => ['DELIVERY_MODE', 'INVALIDATION_QUEUE_URL'].includes(name));
    for (const idPart of ['Sweeper', 'Worker']) expect(listDeliveryVariables(result, idPart)).toEqual(announcing);
    for (const idPart of ['ApiFunction', 'Sweeper', 'Worker']) {
      expect(getEnvironment(result, idPart).DELIVERY_MODE).toBe(mode);
    }
  });

  test('presignedOnly makes no CloudFront resources', () => {
    const types = Object.values(presigned.template.toJSON().Resources as Record<string, { Type: string }>).map(
      ({ Type }) => Type,
    );
    expect(types.filter(type => /CloudFront|Url|SecretsManager|Custom/.test(type))).toEqual([]);
    expect(presigned.service.deliveryUrl).toBeUndefined();
  });

  test('Processing.none() makes no CloudFront resources', () => {
    const result = synthesize({ processing: Processing.none() });
    result.template.resourceCountIs('AWS::CloudFront::Distribution', 0);
    expect(getEnvironment(result, 'ApiFunction').DELIVERY_MODE).toBe('presigned');
    expect(() => synthesize({ processing: Processing.none(), delivery: Delivery.cloudFront() }))
      .toThrow(
        "'delivery' has no effect with Processing.none(), got: Delivery.cloudFront(); use Delivery.presignedOnly(), or Processing.queue()",
      );
  });
});

describe('the edge function', () => {
  test('contains the extensions of each variant, in order of preference', () => {
    const variants = [Variant.of('card', { width: 1 }), Variant.of('logo', { width: 1, formats: [VariantFormat.PNG] })];
    const { FunctionCode } = synthesize({ variants }).one('AWS::CloudFront::Function', 'Edge').Properties;
    expect(FunctionCode).toMatch(/^var VARIANTS = \{"card":\["avif","webp","jpg"\],"logo":\["png"\]\};\n/);
  });

  test('stays within 10 KB with 16 variants of all formats and the longest names', () => {
    const variants = Array.from(
      { length: 16 },
      (_, i) => Variant.of(`v${'x'.repeat(29)}${10 + i}`, { width: 1, formats: Object.values(VariantFormat) }),
    );
    const { FunctionCode } = synthesize({ variants }).one('AWS::CloudFront::Function', 'Edge').Properties;
    expect(Buffer.byteLength(FunctionCode)).toBeLessThanOrEqual(10_240);
  });
});

test('passes priceClass and webAcl to the distribution', () => {
  const webAcl = 'arn:aws:wafv2:us-east-1:111122223333:global/webacl/a/b';
  const result = withOptions(() => ({ priceClass: cloudfront.PriceClass.PRICE_CLASS_200, webAcl }));
  expect(getConfig(result)).toMatchObject({ PriceClass: 'PriceClass_200', WebACLId: webAcl });
});

function getEnvironment({ one }: Synthesized, idPart: string): Record<string, unknown> {
  return one('AWS::Lambda::Function', idPart).Properties.Environment.Variables;
}
