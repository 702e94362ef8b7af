/**
 * Regions that lack features of the service, read on 30 November 2026. The lists may be outdated: CloudFormation then
 * fails the deployment.
 */

/** AWS Lambda Developer Guide, "Creating and managing Lambda function URLs". */
const WITHOUT_FUNCTION_URLS = [
  'ap-east-2', 'ap-south-2', 'ap-southeast-4', 'ap-southeast-5', 'ap-southeast-6', 'ap-southeast-7', 'ca-west-1',
  'eu-central-2', 'eu-south-2',
  'il-central-1', 'me-central-1',
];

/**
 * GovCloud and the isolated partitions have no CloudFront (AWS GovCloud (US) User Guide, "Amazon CloudFront"). China
 * has its own CloudFront without a default domain. It takes certificates from IAM only, and the construct has no prop
 * for them (Getting Started with AWS in China, "Amazon CloudFront").
 */
const WITHOUT_CLOUDFRONT = /^(us-gov|us-iso|eu-iso|cn-)/;

/**
 * Opt-in regions where CloudFront writes no standard logs (Amazon CloudFront Developer Guide, "Choosing an Amazon S3
 * bucket for your standard logs").
 */
export const WITHOUT_CDN_LOGS: readonly string[] = ['af-south-1', 'ap-east-1', 'eu-south-1', 'me-south-1'];

/** Finds a feature that CloudFront delivery needs and the region lacks. */
export function findMissingFeature(region: string): string | undefined {
  if (WITHOUT_CLOUDFRONT.test(region)) return 'Amazon CloudFront as the service uses it';
  return WITHOUT_FUNCTION_URLS.includes(region) ? 'Lambda function URLs' : undefined;
}
