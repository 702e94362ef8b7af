/** A list price of us-east-1, its page, and the place and date where it was confirmed. */
export interface Price {
  readonly what: string;
  readonly usd: number;
  /** Units that `usd` buys. */
  readonly per: number;
  readonly unit: string;
  readonly page: string;
  /** A stored copy of the page, or a text that quotes it, with the date of that text. Absent: from memory. */
  readonly confirmed?: string;
}

const MILLION = 1_000_000;

const LAMBDA = 'https://aws.amazon.com/lambda/pricing/';
const S3 = 'https://aws.amazon.com/s3/pricing/';
const DYNAMODB = 'https://aws.amazon.com/dynamodb/pricing/on-demand/';
const SQS = 'https://aws.amazon.com/sqs/pricing/';
const CLOUDWATCH = 'https://aws.amazon.com/cloudwatch/pricing/';
const CLOUDFRONT = 'https://aws.amazon.com/cloudfront/pricing/pay-as-you-go/';
const SECRETS = 'https://aws.amazon.com/secrets-manager/pricing/';
const GUARDDUTY = 'https://aws.amazon.com/guardduty/pricing/';

/**
 * The only file with prices. All are the first tier, without free tiers and discounts. Read in November 2026; the
 * pages' own tables are drawn by scripts, so most figures were confirmed in texts that quote them.
 */
export const PRICES = {
  apiRequest: {
    what: 'API Gateway, REST request',
    usd: 3.5,
    per: MILLION,
    unit: 'request',
    page: 'https://aws.amazon.com/api-gateway/pricing/',
    confirmed: 'awsforengineers.com, May 2025',
  },
  lambdaRequest: {
    what: 'Lambda request',
    usd: 0.2,
    per: MILLION,
    unit: 'request',
    page: LAMBDA,
    confirmed: 'AWS page, quoted September 2026 (api-evangelist/aws-lambda)',
  },
  lambdaArm: {
    what: 'Lambda, arm64', usd: 0.0000133334, per: 1, unit: 'GB-second', page: LAMBDA, confirmed: 'cloudchipr.com, 2024',
  },
  lambdaX86: {
    what: 'Lambda, x86_64', usd: 0.0000166667, per: 1, unit: 'GB-second', page: LAMBDA, confirmed: 'cloudchipr.com, 2024',
  },
  lambdaProvisioned: {
    what: 'Lambda, provisioned concurrency, arm64', usd: 0.0000033334, per: 1, unit: 'GB-second', page: LAMBDA,
  },
  s3Write: {
    what: 'S3 PUT, COPY, POST, LIST', usd: 0.005, per: 1000, unit: 'request', page: S3, confirmed: 'c3x.dev, undated',
  },
  s3Read: { what: 'S3 GET, HEAD', usd: 0.0004, per: 1000, unit: 'request', page: S3, confirmed: 'c3x.dev, undated' },
  s3Storage: { what: 'S3 Standard storage', usd: 0.023, per: 1, unit: 'GB-month', page: S3 },
  s3Tag: { what: 'S3 object tag', usd: 0.01, per: 10_000, unit: 'tag-month', page: S3 },
  acceleration: {
    what: 'S3 Transfer Acceleration, upload by an edge in the US, Europe or Japan', usd: 0.04, per: 1, unit: 'GB', page: S3,
  },
  writeUnit: {
    what: 'DynamoDB on-demand write unit',
    usd: 0.625,
    per: MILLION,
    unit: 'unit',
    page: DYNAMODB,
    confirmed: 'airbyte.com, July 2025',
  },
  readUnit: {
    what: 'DynamoDB on-demand read unit',
    usd: 0.125,
    per: MILLION,
    unit: 'unit',
    page: DYNAMODB,
    confirmed: 'airbyte.com, July 2025',
  },
  tableStorage: { what: 'DynamoDB storage', usd: 0.25, per: 1, unit: 'GB-month', page: DYNAMODB },
  tableRecovery: { what: 'DynamoDB point-in-time recovery', usd: 0.2, per: 1, unit: 'GB-month', page: DYNAMODB },
  sqsRequest: {
    what: 'SQS request, standard queue', usd: 0.4, per: MILLION, unit: 'request', page: SQS, confirmed: 'okulbida.com, undated',
  },
  sqsFifoRequest: { what: 'SQS request, FIFO queue', usd: 0.5, per: MILLION, unit: 'request', page: SQS },
  logsIngested: {
    what: 'CloudWatch Logs, ingestion', usd: 0.5, per: 1, unit: 'GB', page: CLOUDWATCH, confirmed: 'factualminds.com, June 2026',
  },
  logsStored: {
    what: 'CloudWatch Logs, storage',
    usd: 0.03,
    per: 1,
    unit: 'GB-month',
    page: CLOUDWATCH,
    confirmed: 'api-evangelist/cloudwatch, May 2026',
  },
  alarm: {
    what: 'CloudWatch alarm, for each metric in it',
    usd: 0.1,
    per: 1,
    unit: 'month',
    page: CLOUDWATCH,
    confirmed: 'api-evangelist/cloudwatch, May 2026',
  },
  compositeAlarm: { what: 'CloudWatch composite alarm', usd: 0.5, per: 1, unit: 'month', page: CLOUDWATCH },
  metric: {
    what: 'CloudWatch custom metric', usd: 0.3, per: 1, unit: 'month', page: CLOUDWATCH, confirmed: 'signoz.io, February 2026',
  },
  dashboard: {
    what: 'CloudWatch dashboard', usd: 3, per: 1, unit: 'month', page: CLOUDWATCH, confirmed: 'factualminds.com, June 2026',
  },
  event: {
    what: 'EventBridge custom event, up to 64 KB',
    usd: 1,
    per: MILLION,
    unit: 'event',
    page: 'https://aws.amazon.com/eventbridge/pricing/',
    confirmed: 'factualminds.com, June 2026',
  },
  trace: {
    what: 'X-Ray trace recorded',
    usd: 5,
    per: MILLION,
    unit: 'trace',
    page: 'https://aws.amazon.com/xray/pricing/',
    confirmed: 'stored copy of the page, undated',
  },
  cdnRequest: {
    what: 'CloudFront HTTPS request, US and Europe',
    usd: 0.01,
    per: 10_000,
    unit: 'request',
    page: CLOUDFRONT,
    confirmed: 'kindatechnical.com, undated',
  },
  cdnTransfer: {
    what: 'CloudFront transfer to the internet, US and Europe',
    usd: 0.085,
    per: 1,
    unit: 'GB',
    page: CLOUDFRONT,
    confirmed: 'stored copy of the page, undated',
  },
  edgeFunction: {
    what: 'CloudFront Function', usd: 0.1, per: MILLION, unit: 'call', page: CLOUDFRONT, confirmed: 'cur.vantage.sh, undated',
  },
  invalidation: {
    what: 'CloudFront invalidation',
    usd: 0.005,
    per: 1,
    unit: 'path',
    page: CLOUDFRONT,
    confirmed: 'AWS whitepaper "How AWS Pricing Works"',
  },
  secret: { what: 'Secrets Manager secret', usd: 0.4, per: 1, unit: 'month', page: SECRETS, confirmed: 'notes of several projects, 2024' },
  malwareObject: {
    what: 'GuardDuty Malware Protection for S3',
    usd: 0.215,
    per: 1000,
    unit: 'object',
    page: GUARDDUTY,
    confirmed: 'AWS page, quoted October 2026 (api-evangelist/amazon-guardduty)',
  },
  malwareBytes: {
    what: 'GuardDuty Malware Protection for S3',
    usd: 0.09,
    per: 1,
    unit: 'GB',
    page: GUARDDUTY,
    confirmed: 'AWS page, quoted October 2026 (api-evangelist/amazon-guardduty)',
  },
  key: { what: 'KMS customer key', usd: 1, per: 1, unit: 'month', page: 'https://aws.amazon.com/kms/pricing/' },
} as const satisfies Record<string, Price>;

export type PriceId = keyof typeof PRICES;

/** Quantities by price. */
export type Usage = Partial<Record<PriceId, number>>;

export function computeDollars(usage: Usage): number {
  return (Object.entries(usage) as [PriceId, number][]).reduce(
    (total, [id, quantity]) => total + quantity * PRICES[id].usd / PRICES[id].per, 0,
  );
}

export function addUsage(...usages: readonly Usage[]): Usage {
  const total: Usage = {};
  for (const usage of usages) {
    for (const [id, quantity] of Object.entries(usage) as [PriceId, number][]) total[id] = (total[id] ?? 0) + quantity;
  }
  return total;
}

export function multiplyUsage(usage: Usage, factor: number): Usage {
  const entries = Object.entries(usage) as [PriceId, number][];
  return Object.fromEntries(entries.map(([id, quantity]) => [id, quantity * factor]));
}
