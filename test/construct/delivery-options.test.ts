import { App, Duration, Lazy, Size, Stack, Token } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { makeLogBucket, makeBucket, makeDomain } from './combinations';
import { synthesize } from './synth';
import {
  Delivery, ImageLimits, Processing, Retention, Signing, Viewers, type CloudFrontDeliveryOptions,
} from '../../src';

const stack = new Stack(new App(), 'Stack', { env: { region: 'eu-central-1' } });
const DOMAIN = makeDomain(stack);
const ANYONE = Viewers.anyone();
const later = Token.asNumber(Lazy.any({ produce: () => 1 }));

function makeCertificate(region: string): acm.ICertificate {
  return acm.Certificate.fromCertificateArn(
    stack, `Certificate-${region}`, `arn:aws:acm:${region}:111122223333:certificate/c`,
  );
}

const INVALID: [message: string, options: () => CloudFrontDeliveryOptions][] = [
  [
    "'delivery.certificate' must be in us-east-1, got: arn:aws:acm:eu-west-1:111122223333:certificate/c;",
    () => ({ ...DOMAIN, certificate: makeCertificate('eu-west-1') }),
  ],
  [
    "'delivery.certificate' must be in us-east-1, got: Stack/Made in eu-central-1;",
    () => ({ ...DOMAIN, certificate: new acm.Certificate(stack, 'Made', { domainName: 'example.com' }) }),
  ],
  ["'delivery.certificate' needs 'domainNames', got: none;", () => ({ certificate: DOMAIN.certificate })],
  [
    "'delivery.domainNames' need a 'certificate', got: images.example.com;",
    () => ({ domainNames: DOMAIN.domainNames }),
  ],
  [
    "'delivery.domainNames' must be host names in lower case, got: \"Images.example.com\";",
    () => ({ ...DOMAIN, domainNames: ['Images.example.com'] }),
  ],
  [
    "'delivery.domainNames' must be host names in lower case, got: \"https://a.example.com\";",
    () => ({ ...DOMAIN, domainNames: ['https://a.example.com'] }),
  ],
  [
    "'delivery.domainNames' must begin with a name without a wildcard, got: *.example.com;",
    () => ({ ...DOMAIN, domainNames: ['*.example.com'] }),
  ],
  [
    "'delivery.domainNames' must name each domain once, got: a.example.com, a.example.com;",
    () => ({ ...DOMAIN, domainNames: ['a.example.com', 'a.example.com'] }),
  ],
  [
    "'delivery.domainNames' must be one domain with Viewers.signed(), got: images.example.com, pics.example.com;",
    () => ({ ...DOMAIN, domainNames: ['images.example.com', 'pics.example.com'] }),
  ],
  [
    "'delivery.domainNames' must be one domain with Viewers.signed(), got: images.example.com, *.example.com;",
    () => ({ ...DOMAIN, viewers: Viewers.signed(), domainNames: ['images.example.com', '*.example.com'] }),
  ],
  [
    "'delivery.signing' has no effect with Viewers.anyone(), got: Signing.generated();",
    () => ({ viewers: ANYONE, signing: Signing.generated() }),
  ],
  [
    "'delivery.urlTtl' has no effect with Viewers.anyone(), got: 1 hour;",
    () => ({ viewers: ANYONE, urlTtl: Duration.hours(1) }),
  ],
  [
    "'delivery.cookieDomain' has no effect with Viewers.anyone(), got: example.com;",
    () => ({ ...DOMAIN, viewers: ANYONE, cookieDomain: 'example.com' }),
  ],
  ["'delivery.cookieDomain' needs 'domainNames', got: example.com;", () => ({ cookieDomain: 'example.com' })],
  [
    "'delivery.cookieDomain' must be a domain of two or more labels, in lower case, without a leading dot, got: \".example.com\";",
    () => ({ ...DOMAIN, cookieDomain: '.example.com' }),
  ],
  [
    "'delivery.cookieDomain' must be a parent of all 'domainNames', got: ample.com for images.example.com;",
    () => ({ ...DOMAIN, cookieDomain: 'ample.com' }),
  ],
  [
    "'delivery.cookieDomain' must be a parent of all 'domainNames', got: a.images.example.com for images.example.com;",
    () => ({ ...DOMAIN, cookieDomain: 'a.images.example.com' }),
  ],
  [
    "'delivery.urlTtl' must be a time from 5 minutes to 7 days in whole seconds, got: 4 minutes 59 seconds;",
    () => ({ urlTtl: Duration.seconds(299) }),
  ],
  [
    "'delivery.urlTtl' must be a time from 5 minutes to 7 days in whole seconds, got: 8 days;",
    () => ({ urlTtl: Duration.days(8) }),
  ],
  ["'delivery.urlTtl' must be known at synthesis, got: a token;", () => ({ urlTtl: Duration.seconds(later) })],
  [
    "'delivery.corsOrigins' must hold origins as browsers send them: scheme, host and port, in lower case, got: *;",
    () => ({ corsOrigins: ['*'] }),
  ],
  [
    "'delivery.webAcl' must be the ARN of a web ACL of AWS WAF with the scope CLOUDFRONT, in us-east-1, got: arn:aws:wafv2:eu-west-1:1:regional/webacl/a/b;",
    () => ({ webAcl: 'arn:aws:wafv2:eu-west-1:1:regional/webacl/a/b' }),
  ],
  [
    "'delivery.logBucket' must have access control lists, which CloudFront needs to write logs, got: Stack/NewBucket with BucketOwnerEnforced;",
    () => ({ logBucket: new s3.Bucket(stack, 'NewBucket') }),
  ],
  [
    "'delivery.logBucket' must have access control lists, which CloudFront needs to write logs, got: Stack/Enforced with BucketOwnerEnforced;",
    () => ({
      logBucket: new s3.Bucket(stack, 'Enforced', { objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED }),
    }),
  ],
  [
    "'delivery.transformMemory' must be a size from 128 MiB to 10240 MiB in whole mebibytes, got: 127 MiB;",
    () => ({ transformMemory: Size.mebibytes(127) }),
  ],
  [
    "'delivery.transformConcurrency' must be a whole number of at least 1, got: 0;",
    () => ({ transformConcurrency: 0 }),
  ],
  ["'delivery.viewers' must be made by a factory of Viewers, got: \"anyone\";", () => ({ viewers: 'anyone' as never })],
  ["'delivery.signing' must be made by a factory of Signing, got: a plain object;", () => ({ signing: {} as never })],
];

test.each(INVALID)('%s', (message, options) => {
  expect(() => Delivery.cloudFront(options())).toThrow(message);
});

test.each<[string, number[], number | undefined]>([
  ["'delivery.signing.keys' must be from 1 to 3 generations, got: [1, 2, 3, 4];", [1, 2, 3, 4], undefined],
  ["'delivery.signing.keys' must be from 1 to 3 generations, got: [];", [], undefined],
  ["'delivery.signing.keys' must name each generation once, got: [1, 1];", [1, 1], undefined],
  ["'delivery.signing.keys' must be a whole number of at least 1, got: 0;", [0], undefined],
  ["'delivery.signing.keys' must be a whole number of at least 1, got: 1.5;", [1.5], undefined],
  ["'delivery.signing.keys' must be known at synthesis, got: a token;", [later], undefined],
  ["'delivery.signing.signWith' must be one of 'keys' (1, 2), got: 3;", [1, 2], 3],
])('%s', (message, keys, signWith) => {
  expect(() => Signing.generated({ keys, signWith })).toThrow(message);
});

test('rejects a keyId that CloudFront cannot have made', () => {
  const secret = secretsmanager.Secret.fromSecretNameV2(stack, 'Secret', 'signing');
  const group = cloudfront.KeyGroup.fromKeyGroupId(stack, 'Group', 'g');
  for (const keyId of ['', 'k2jcjmdehxqw5f', 'a b']) {
    expect(() => Signing.fromSecret(secret, group, { keyId })).toThrow(
      `'delivery.signing.keyId' must be the id of a public key in CloudFront: capital letters and digits, got: ${JSON.stringify(keyId)};`,
    );
  }
  for (const keyId of ['K2JCJMDEHXQW5F', Token.asString({ Ref: 'Key' }), undefined]) {
    expect(() => Signing.fromSecret(secret, group, { keyId })).not.toThrow();
  }
});

test('rejects a transformMemory below the limits of images', () => {
  const processing = Processing.queue({ imageLimits: ImageLimits.of({ decodeMemory: Size.gibibytes(2) }) });
  const delivery = Delivery.cloudFront({ transformMemory: Size.mebibytes(1769) });
  expect(() => synthesize({ processing, delivery })).toThrow(
    "'delivery.transformMemory' must be at least 2482 MiB for 'decodeMemory' and two copies of 'maxSize', got: 1769 MiB;",
  );
});

test('rejects the bucket of images as logBucket', () => {
  expect(() => synthesize(own => {
    const bucket = makeBucket(own, { objectOwnership: s3.ObjectOwnership.OBJECT_WRITER });
    return { bucket, delivery: Delivery.cloudFront({ logBucket: bucket }) };
  })).toThrow("'delivery.logBucket' must not be the bucket of the service, got: Stack/OwnBucket;");
});

test('rejects onDemandVariants that are not whole days', () => {
  expect(() => Retention.of({ onDemandVariants: Duration.hours(36) })).toThrow(
    "'retention.onDemandVariants' must be a time of at least 1 day in whole days, got: ",
  );
});

test.each<[string, () => CloudFrontDeliveryOptions]>([
  [
    'a certificate of us-east-1 and a parent domain for cookies',
    () => ({ ...DOMAIN, domainNames: ['images.example.com'], cookieDomain: 'example.com' }),
  ],
  ['several names for anyone', () => ({ ...DOMAIN, viewers: ANYONE, domainNames: ['example.com', '*.example.com'] })],
  ['a certificate of a stack whose region is not known', () => ({
    ...DOMAIN,
    certificate: new acm.Certificate(new Stack(new App(), 'Other'), 'C', { domainName: 'example.com' }),
  })],
  [
    'names that are known at deployment',
    () => ({ ...DOMAIN, domainNames: [Token.asString({ Ref: 'Domain' })], cookieDomain: 'example.com' }),
  ],
  ['the least and the most of urlTtl', () => ({ urlTtl: Duration.minutes(5) })],
  ['the most of urlTtl', () => ({ urlTtl: Duration.days(7) })],
  [
    'a bucket for logs that takes access control lists',
    () => ({ logBucket: makeLogBucket(new Stack(new App(), 'Logs')) }),
  ],
  ['an imported bucket for logs', () => ({ logBucket: s3.Bucket.fromBucketName(stack, 'ImportedLogs', 'logs') })],
  ['a web ACL that is known at deployment', () => ({ webAcl: Token.asString({ Ref: 'Acl' }) })],
  ['three generations', () => ({ signing: Signing.generated({ keys: [3, 1, 2], signWith: 2 }) })],
])('accepts %s', (_name, options) => {
  expect(() => Delivery.cloudFront(options())).not.toThrow();
});
