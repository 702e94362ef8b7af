import { SQSClient } from '@aws-sdk/client-sqs';
import { CLIENT_OPTIONS } from './clients';

/** In a file of its own: functions load it when they first need a queue. */
export function createSqsClient(): SQSClient {
  // The host in a queue's URL is the client's own on AWS. Emulators write one that functions may not be able to reach.
  return new SQSClient({ ...CLIENT_OPTIONS, useQueueUrlAsEndpoint: false });
}
