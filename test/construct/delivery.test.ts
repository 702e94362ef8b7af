import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { makeLogBucket, makeDomain } from './combinations';
import { getEnvironment, synthesize, type Synthesized } from './synth';
import { getDistributionConfig, synthesizeDelivery, synthesizePublic } from './synth-delivery';
import { Delivery, UploadRules, Viewers } from '../../src';
import { DELIVERY_HEADERS } from '../../src/contract';

describe('the distribution', () => {
  const result = synthesize();
  const config = getDistributionConfig(result);
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
    expect(policies).toHaveLength(3);
    for (const { Comment, ParametersInCacheKeyAndForwardedToOrigin: key } of policies) {
      expect(key).toEqual({
        CookiesConfig: { CookieBehavior: 'none' },
        HeadersConfig: Comment !== 'Image service: error pages'
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
    const pages = config.CacheBehaviors.filter(({ PathPattern }: { PathPattern: string }) =>
      PathPattern.startsWith('/errors/'));
    expect(pages.map(({ PathPattern }: { PathPattern: string }) => PathPattern)).toEqual(['/errors/403', '/errors/404']);
    for (const page of pages) {
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

  test('serves /public/* as all images, without a signature, and keeps them for an hour at most', () => {
    const { TrustedKeyGroups, FunctionAssociations: [edge, marking], CachePolicyId: _, ...shared } = images;
    const open = config.CacheBehaviors.find(({ PathPattern }: { PathPattern: string }) => PathPattern === '/public/*');
    expect([TrustedKeyGroups.length, edge.EventType, marking.EventType]).toEqual([
      1, 'viewer-request', 'viewer-response',
    ]);
    expect(open).toEqual({
      ...shared,
      PathPattern: '/public/*',
      CachePolicyId: { Ref: expect.stringContaining('CdnPublicCache') },
      FunctionAssociations: [edge],
    });
    expect(result.one('AWS::CloudFront::CachePolicy', 'PublicCache').Properties.CachePolicyConfig).toMatchObject({
      MinTTL: 0, DefaultTTL: 3600, MaxTTL: 3600,
    });
  });

  test('without signatures, has no path of its own for public images', () => {
    const { CacheBehaviors } = synthesizePublic().one('AWS::CloudFront::Distribution').Properties.DistributionConfig;
    expect(CacheBehaviors.map(({ PathPattern }: { PathPattern: string }) => PathPattern)).toEqual([
      '/errors/403', '/errors/404',
    ]);
    const { FunctionCode } = synthesizePublic().one('AWS::CloudFront::Function', 'Edge').Properties;
    expect(JSON.stringify(FunctionCode)).toContain('HAS_PUBLIC_PATHS = false');
    expect(JSON.stringify(result.one('AWS::CloudFront::Function', 'Edge').Properties.FunctionCode))
      .toContain('HAS_PUBLIC_PATHS = true');
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

describe('a custom domain', () => {
  test('demands TLS 1.2 of viewers, and its first name is that of the URLs', () => {
    const result = synthesizeDelivery(stack => ({
      ...makeDomain(stack),
      viewers: Viewers.anyone(),
      domainNames: ['images.example.com', '*.example.com'],
    }));
    expect(getDistributionConfig(result)).toMatchObject({
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

  test('get responses with a Vary header that names Origin', () => {
    const { one } = synthesize({ uploads: UploadRules.of({ corsOrigins: ['https://app.example.com'] }) });
    expect(
      one('AWS::CloudFront::ResponseHeadersPolicy').Properties.ResponseHeadersPolicyConfig.CustomHeadersConfig.Items,
    )
      .toContainEqual({ Header: 'vary', Value: 'Accept, Origin', Override: true });
  });
});

test('access logs go to logBucket, without cookies', () => {
  const result = synthesizeDelivery(stack => ({ logBucket: makeLogBucket(stack) }));
  expect(getDistributionConfig(result).Logging).toEqual({
    Bucket: { 'Fn::GetAtt': [expect.stringContaining('CdnLogs'), 'RegionalDomainName'] },
    IncludeCookies: false,
  });
});

test('passes priceClass and webAcl to the distribution', () => {
  const webAcl = 'arn:aws:wafv2:us-east-1:111122223333:global/webacl/a/b';
  const result = synthesizeDelivery(() => ({ priceClass: cloudfront.PriceClass.PRICE_CLASS_200, webAcl }));
  expect(getDistributionConfig(result)).toMatchObject({ PriceClass: 'PriceClass_200', WebACLId: webAcl });
});
