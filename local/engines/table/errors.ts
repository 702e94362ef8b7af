const NAMESPACE = 'com.amazonaws.dynamodb.v20120810#';

/** An error of DynamoDB's JSON protocol: `__type` names the shape, the other fields are its members. */
export class DynamoError extends Error {
  readonly statusCode = 400;
  readonly body: Record<string, unknown>;

  constructor(type: string, message: string, members: Record<string, unknown> = {}) {
    super(message);
    this.body = { __type: type.includes('#') ? type : NAMESPACE + type, message, ...members };
  }
}

export function buildValidationError(message: string): DynamoError {
  return new DynamoError('com.amazon.coral.validate#ValidationException', message);
}

export function buildTableNotFoundError(name: string, detailed: boolean): DynamoError {
  return new DynamoError(
    'ResourceNotFoundException', `Requested resource not found${detailed ? `: Table: ${name} not found` : ''}`,
  );
}

/** dynalite's errors have these two members, too. */
export function isDynamoError(
  error: unknown,
): error is { statusCode: number; body: Record<string, unknown>; message: string } {
  return error instanceof Error && 'statusCode' in error && 'body' in error;
}

/** `ConditionalCheckFailedException` of an error's `__type`. */
export function readErrorName(error: { body: Record<string, unknown> }): string {
  return String(error.body.__type).split('#')[1];
}
