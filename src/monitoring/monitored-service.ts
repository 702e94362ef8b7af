import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type { ScannerKind } from '../contract';

/** The resources of a service that have alarms. */
export interface MonitoredService {
  /** Value of the dimension `service` of the service's own metrics. */
  readonly serviceName: string;
  readonly api: apigateway.RestApi;
  readonly accessLogs: logs.ILogGroup;
  readonly table: dynamodb.ITable;
  readonly bucket: s3.IBucket;
  /** Undefined if the bucket has no request metrics of originals. */
  readonly requestMetricsId?: string;
  /**
   * By the names that alarms give them, such as `Worker`. Functions that run in a deployment only are not among them:
   * CloudFormation reports their errors.
   */
  readonly functions: Readonly<Record<string, lambda.Function>>;
  readonly processing?: MonitoredProcessing;
  readonly delivery?: MonitoredDelivery;
}

export interface MonitoredProcessing {
  /** By the names that alarms give them. */
  readonly queues: Readonly<Record<string, sqs.IQueue>>;
  readonly deadLetterQueue: sqs.IQueue;
  readonly scanner: ScannerKind;
  /** Definitions of viruses that are older stop the scanner, in hours. Undefined without ClamAV. */
  readonly maxDefinitionsAgeHours?: number;
}

export interface MonitoredDelivery {
  readonly distribution: cloudfront.IDistribution;
  readonly invalidationQueue: sqs.IQueue;
  readonly invalidationDeadLetterQueue: sqs.IQueue;
  readonly isSigned: boolean;
}
