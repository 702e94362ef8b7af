/** An error of SQS's JSON protocol. The header has its name for older SDKs. */
export class QueueError extends Error {
  readonly statusCode = 400;
  readonly body: Record<string, unknown>;
  readonly headers: Record<string, string>;

  constructor(type: string, message: string, queryCode = type) {
    super(message);
    this.body = { __type: `com.amazonaws.sqs#${type}`, message };
    this.headers = { 'x-amzn-query-error': `${queryCode};Sender` };
  }
}

export function buildNoSuchQueueError(): QueueError {
  return new QueueError(
    'QueueDoesNotExist', 'The specified queue does not exist.', 'AWS.SimpleQueueService.NonExistentQueue',
  );
}

export function buildMissingParameterError(name: string): QueueError {
  return new QueueError('MissingParameter', `The request must contain the parameter ${name}.`);
}

export function buildNotInFlightError(): QueueError {
  return new QueueError(
    'MessageNotInflight', 'The specified message is not in flight.', 'AWS.SimpleQueueService.MessageNotInflight',
  );
}

export function buildInvalidValueError(name: string, rule: string, got: unknown): QueueError {
  return new QueueError(
    'InvalidParameterValue', `Value ${JSON.stringify(got)} for parameter ${name} is invalid. Reason: ${rule}.`,
  );
}

export function buildUnsupportedError(operation: string): QueueError {
  const message = `The operation is not implemented here, got: ${operation}`;
  return new QueueError('UnsupportedOperation', message, 'AWS.SimpleQueueService.UnsupportedOperation');
}
