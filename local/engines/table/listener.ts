import { DynamoError, isDynamoError } from './errors';
import { listenForJson, type Input, type Listener, type Output, type Unreadable } from '../aws-json';
import type { Credentials } from '../request-signature';

/** DynamoDB's limit for one request. */
const MAX_REQUEST_BYTES = 16 * 2 ** 20;

const UNREADABLE_ERRORS: Record<Unreadable, [type: string, message: string]> = {
  'too large': ['SerializationException', 'Request is too large'],
  'not JSON': ['SerializationException', 'The request body is not JSON'],
  'unsigned': ['MissingAuthenticationTokenException', 'Request is missing Authentication Token'],
  'signed by another key': ['UnrecognizedClientException', 'The security token included in the request is invalid.'],
};

/** Serves DynamoDB's JSON protocol on a free loopback port. */
export async function listen(
  dispatch: (operation: string, input: Input) => Promise<Output>, credentials?: Credentials,
): Promise<Listener> {
  return listenForJson({
    target: 'DynamoDB_20120810.',
    maxRequestBytes: MAX_REQUEST_BYTES,
    credentials,
    dispatch,
    buildUnreadableError: reason => {
      const [type, message] = UNREADABLE_ERRORS[reason];
      return new DynamoError(`com.amazon.coral.service#${type}`, message);
    },
    toWireError: error => isDynamoError(error) ? error : undefined,
    internalErrorType: 'com.amazonaws.dynamodb.v20120810#InternalServerError',
  });
}
