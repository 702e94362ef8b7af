/**
 * Regions that lack something the service needs. The lists age: CloudFormation refuses in other regions. Read on 30 November 2026.
 */

/** AWS Lambda Developer Guide, "Creating and managing Lambda function URLs". */
const WITHOUT_FUNCTION_URLS = [
  'ap-east-2', 'ap-south-2', 'ap-southeast-4', 'ap-southeast-5', 'ap-southeast-6', 'ap-southeast-7', 'ca-west-1', 'eu-central-2', 'eu-south-2',
  'il-central-1', 'me-central-1',
];

/**
 * GovCloud and the isolated partitions have no CloudFront (AWS GovCloud (US) User Guide, "Amazon CloudFront"). China has one of its own: it
 * serves no default domain, and takes certificates of IAM's store only, which the construct has no prop for (Getting Started with AWS in China, "Amazon
 * CloudFront").
 */
const WITHOUT_CLOUDFRONT = /^(us-gov|us-iso|eu-iso|cn-)/;

/** Opt-in regions where CloudFront writes no standard logs (Amazon CloudFront Developer Guide, "Choosing an Amazon S3 bucket for your standard logs"). */
export const WITHOUT_CDN_LOGS: readonly string[] = ['af-south-1', 'ap-east-1', 'eu-south-1', 'me-south-1'];

/** What delivery by CloudFront needs and a region does not have. */
export function findMissingFeature(region: string): string | undefined {
  if (WITHOUT_CLOUDFRONT.test(region)) return 'Amazon CloudFront as the service uses it';
  return WITHOUT_FUNCTION_URLS.includes(region) ? 'Lambda function URLs' : undefined;
}
