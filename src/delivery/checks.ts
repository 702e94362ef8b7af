import { ArnFormat, Duration, Size, Stack, Token } from 'aws-cdk-lib';
import type * as acm from 'aws-cdk-lib/aws-certificatemanager';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { CloudFrontDeliveryOptions } from './cloud-front-options';
import { Signing } from './signing';
import { Viewers } from './viewers';
import { DELIVERY } from '../contract';
import { findCfnResource } from '../private/owned';
import { WITHOUT_CDN_LOGS } from '../private/regions';
import {
  BUCKET_KIND,
  checkDuration,
  checkKind,
  checkKnown,
  checkList,
  checkOrigins,
  checkResource,
  checkSize,
  checkWholeNumber,
  throwOptionError,
} from '../private/validate';

/** Region of certificates and web ACLs for CloudFront. */
const REGION = 'us-east-1';

const CERTIFICATE_KIND = {
  kind: 'acm.ICertificate',
  member: 'certificateArn',
  example: "acm.Certificate.fromCertificateArn(this, 'Certificate', 'arn:…')",
};

export function checkCloudFront(options: CloudFrontDeliveryOptions): void {
  if (options.viewers !== undefined) checkKind('viewers', options.viewers, Viewers);
  if (options.signing !== undefined) checkKind('signing', options.signing, Signing);
  checkResource('certificate', options.certificate, CERTIFICATE_KIND);
  checkResource('logBucket', options.logBucket, BUCKET_KIND);
  checkDomains(options);
  checkSignedDomain(options);
  if (options.certificate) checkRegion(options.certificate);
  checkAnyone(options);
  checkCookieDomain(options);
  checkUrlTtl(options.urlTtl);
  checkOrigins('corsOrigins', options.corsOrigins);
  checkWebAcl(options.webAcl);
  if (options.logBucket) checkLogBucket(options.logBucket);
  checkTransform(options);
}

const HOST = /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/;

function checkDomains({ domainNames = [], certificate }: CloudFrontDeliveryOptions): void {
  checkList('domainNames', domainNames, "['images.example.com']");
  const [first] = domainNames;
  if (certificate && !first) {
    throwOptionError('certificate', "needs 'domainNames'", 'none', 'set the domains of the certificate, or leave it out');
  }
  if (first && !certificate) {
    throwOptionError('domainNames', "need a 'certificate'", domainNames.join(', '), `create one for these domains in ${REGION}`);
  }
  for (const name of domainNames) {
    if (Token.isUnresolved(name) || HOST.test(name.replace(/^\*\./, ''))) continue;
    throwOptionError(
      'domainNames', 'must be host names in lower case', JSON.stringify(name), 'use a name such as images.example.com',
    );
  }
  if (first?.startsWith('*')) {
    throwOptionError('domainNames', 'must begin with a name without a wildcard', first, 'list a name without one first: URLs use the first name');
  }
  if (new Set(domainNames).size < domainNames.length) {
    throwOptionError('domainNames', 'must name each domain once', domainNames.join(', '), 'remove one of them');
  }
}

/**
 * A signed policy names one host, and CloudFront compares it with the host of each request. On a second domain every
 * signature would be invalid.
 */
function checkSignedDomain({ domainNames = [], viewers }: CloudFrontDeliveryOptions): void {
  if (domainNames.length < 2 || viewers?.kind === 'anyone') return;
  throwOptionError(
    'domainNames',
    'must be one domain with Viewers.signed()',
    domainNames.join(', '),
    'keep the domain of the URLs, or use Viewers.anyone()',
  );
}

/** CDK checks known ARNs. A certificate of this app has a token, but its stack has a region. */
function checkRegion(certificate: acm.ICertificate): void {
  const { certificateArn: arn } = certificate;
  const isKnown = !Token.isUnresolved(arn);
  const region = isKnown
    ? Stack.of(certificate).splitArn(arn, ArnFormat.SLASH_RESOURCE_NAME).region
    : certificate.env.region;
  if (region === undefined || Token.isUnresolved(region) || region === REGION) return;
  const fix = `create it in a stack in ${REGION}; a service in another region needs crossRegionReferences`;
  throwOptionError('certificate', `must be in ${REGION}`, isKnown ? arn : `${certificate.node.path} in ${region}`, fix);
}

/** Options of signatures have no effect without signatures. */
function checkAnyone({ viewers, signing, urlTtl, cookieDomain }: CloudFrontDeliveryOptions): void {
  if (viewers?.kind !== 'anyone') return;
  const fix = 'leave it out, or use Viewers.signed()';
  const rule = 'has no effect with Viewers.anyone()';
  if (signing) throwOptionError('signing', rule, signing._own ? 'Signing.fromSecret()' : 'Signing.generated()', fix);
  if (urlTtl) throwOptionError('urlTtl', rule, urlTtl.isUnresolved() ? 'a token' : urlTtl.toHumanString(), fix);
  if (cookieDomain !== undefined) throwOptionError('cookieDomain', rule, cookieDomain, fix);
}

function checkCookieDomain({ cookieDomain, domainNames = [] }: CloudFrontDeliveryOptions): void {
  if (cookieDomain === undefined || Token.isUnresolved(cookieDomain)) return;
  if (!HOST.test(cookieDomain)) {
    throwOptionError(
      'cookieDomain',
      'must be a domain of two or more labels, in lower case, without a leading dot',
      JSON.stringify(cookieDomain),
      'write it like example.com',
    );
  }
  if (domainNames.length === 0) {
    throwOptionError(
      'cookieDomain', "needs 'domainNames'", cookieDomain, 'set a domain of your own: browsers reject cookies for cloudfront.net',
    );
  }
  for (const name of domainNames) {
    const host = name.replace(/^\*\./, '');
    if (Token.isUnresolved(name) || host === cookieDomain || host.endsWith(`.${cookieDomain}`)) continue;
    throwOptionError(
      'cookieDomain',
      "must be a parent of all 'domainNames'",
      `${cookieDomain} for ${name}`,
      'use a common parent domain: browsers send cookies only to that domain and its subdomains',
    );
  }
}

function checkUrlTtl(urlTtl?: Duration): void {
  checkKnown('urlTtl', urlTtl);
  const { MIN, MAX } = DELIVERY.URL_TTL_SECONDS_RANGE;
  checkDuration('urlTtl', urlTtl, {
    min: Duration.seconds(MIN),
    max: Duration.seconds(MAX),
    unit: 'seconds',
    fix: 'use a time in this range; clients request fresh URLs when these expire',
  });
}

function checkWebAcl(webAcl?: string): void {
  if (
    webAcl === undefined || Token.isUnresolved(webAcl)
    || /^arn:[\w-]+:wafv2:us-east-1:\d{12}:global\/webacl\/.+$/.test(webAcl)
  ) {
    return;
  }
  throwOptionError(
    'webAcl',
    `must be the ARN of a web ACL of AWS WAF with the scope CLOUDFRONT, in ${REGION}`,
    webAcl,
    'create the web ACL with the scope CLOUDFRONT',
  );
}

/**
 * CloudFront writes logs by access control lists, which S3 disables in new buckets. Imported buckets cannot be
 * inspected.
 */
function checkLogBucket(bucket: s3.IBucket): void {
  const { region } = bucket.env;
  if (WITHOUT_CDN_LOGS.includes(region)) {
    throwOptionError(
      'logBucket',
      'must be in a region where CloudFront can write logs',
      `${bucket.node.path} in ${region}`,
      `create it in another region, such as ${REGION}`,
    );
  }
  const resource = findCfnResource(bucket) as s3.CfnBucket | undefined;
  if (!resource) return;
  const controls = Stack.of(bucket)
    .resolve(resource.ownershipControls) as s3.CfnBucket.OwnershipControlsProperty | undefined;
  const [{ objectOwnership = 'BucketOwnerEnforced' } = {}] = (controls?.rules
    ?? []) as s3.CfnBucket.OwnershipControlsRuleProperty[];
  if (objectOwnership !== 'BucketOwnerEnforced') return;
  const fix = "set its 'objectOwnership' to s3.ObjectOwnership.BUCKET_OWNER_PREFERRED or OBJECT_WRITER";
  throwOptionError(
    'logBucket',
    'must have access control lists, which CloudFront needs to write logs',
    `${bucket.node.path} with ${objectOwnership}`,
    fix,
  );
}

function checkTransform({ transformMemory, transformConcurrency }: CloudFrontDeliveryOptions): void {
  checkKnown('transformMemory', transformMemory);
  checkSize('transformMemory', transformMemory, {
    min: Size.mebibytes(128),
    max: Size.mebibytes(10_240),
    unit: 'mebibytes',
    fix: 'these are the limits of AWS Lambda',
  });
  checkWholeNumber('transformConcurrency', transformConcurrency, { min: 1, fix: 'leave it out for no limit' });
}
