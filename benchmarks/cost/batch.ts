import type { Message } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';

/** https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
export function buildBatch({ MessageId, ReceiptHandle, Body, Attributes }: Message): SQSEvent {
  return {
    Records: [{
      messageId: MessageId!,
      receiptHandle: ReceiptHandle!,
      body: Body!,
      attributes: Attributes as unknown as SQSEvent['Records'][number]['attributes'],
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:uploads',
      awsRegion: 'us-east-1',
    }],
  };
}
