import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { METRICS_NAMESPACE, METRIC_SERVICE_DIMENSION, type MetricName } from '../../contract';
import type { MonitoredService } from '../monitored-service';

/** The period of most alarms. With another one, sums would not be comparable with the thresholds of alarms. */
export const PERIOD = Duration.minutes(5);

/** How a graph shows a metric. */
export interface Look {
  readonly label: string;
  readonly color: string;
}

/** Builds the metrics of a service for graphs. */
export class ServiceMetrics {
  constructor(private readonly service: MonitoredService) {}

  /** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html */
  public measureApi(metricName: string, statistic: string, look: Look): cloudwatch.Metric {
    const { restApiName, deploymentStage } = this.service.api;
    const dimensions = { ApiName: restApiName, Stage: deploymentStage.stageName };
    return build('AWS/ApiGateway', metricName, dimensions, statistic, look);
  }

  /**
   * A metric of us-east-1, where all metrics of CloudFront are. A dashboard shows metrics of any Region.
   * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/programming-cloudwatch-metrics.html
   */
  public measureDistribution(metricName: string, statistic: string, look: Look): cloudwatch.Metric {
    const dimensions = { DistributionId: this.service.delivery!.distribution.distributionId, Region: 'Global' };
    return build('AWS/CloudFront', metricName, dimensions, statistic, look).with({ region: 'us-east-1' });
  }

  /** https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html */
  public measureFunction(
    { functionName }: lambda.Function, metricName: string, statistic: string, look: Look,
  ): cloudwatch.Metric {
    return build('AWS/Lambda', metricName, { FunctionName: functionName }, statistic, look);
  }

  /** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html */
  public measureQueue(queue: sqs.IQueue, metricName: string, look: Look): cloudwatch.Metric {
    return build('AWS/SQS', metricName, { QueueName: queue.queueName }, 'Maximum', look);
  }

  /** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html */
  public measureTable(metricName: string, index: string | undefined, look: Look): cloudwatch.Metric {
    const dimensions = { TableName: this.service.table.tableName, ...index && { GlobalSecondaryIndexName: index } };
    return build('AWS/DynamoDB', metricName, dimensions, 'Sum', look);
  }

  /** https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html */
  public measureOriginals(metricName: string, look: Look): cloudwatch.Metric {
    const { bucket, requestMetricsId } = this.service;
    return build('AWS/S3', metricName, { BucketName: bucket.bucketName, FilterId: requestMetricsId! }, 'Sum', look);
  }

  /** A metric that the handlers publish. */
  public measureService(metricName: MetricName, statistic: string, look: Look): cloudwatch.Metric {
    const dimensions = { [METRIC_SERVICE_DIMENSION]: this.service.serviceName };
    return build(METRICS_NAMESPACE, metricName, dimensions, statistic, look);
  }
}

function build(
  namespace: string, metricName: string, dimensionsMap: Record<string, string>, statistic: string, look: Look,
): cloudwatch.Metric {
  return new cloudwatch.Metric({ namespace, metricName, dimensionsMap, statistic, period: PERIOD, ...look });
}

/** A metric in another unit: `operation` follows it in the expression. The id is unique in its graph. */
export function scale(
  id: string, operation: string, metric: cloudwatch.Metric, { label, color }: Look,
): cloudwatch.MathExpression {
  const usingMetrics = { [id]: metric };
  return new cloudwatch.MathExpression({ expression: `${id} ${operation}`, usingMetrics, period: PERIOD, label, color });
}
