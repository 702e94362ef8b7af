import { randomUUID } from 'node:crypto';
import {
  type Input, type Listener, listenForJson, type Output, type Unreadable, type WireError,
} from '../engines/aws-json';
import type { Credentials } from '../engines/request-signature';

const MAX_REQUEST_BYTES = 2 ** 16;

class SecretsError extends Error implements WireError {
  readonly statusCode = 400;
  readonly body: Output;

  constructor(type: string, message: string) {
    super(message);
    this.body = { __type: type, Message: message };
  }
}

/**
 * Serves GetSecretValue of Secrets Manager. It reads a secret at each call, so a secret can change while a function
 * runs.
 */
export async function startSecretsApi(
  secrets: Readonly<Record<string, () => string>>, credentials: Credentials,
): Promise<Listener> {
  const version = randomUUID();
  return listenForJson({
    target: 'secretsmanager.',
    maxRequestBytes: MAX_REQUEST_BYTES,
    credentials,
    internalErrorType: 'InternalServiceError',
    dispatch: async (operation, input) => {
      if (operation !== 'GetSecretValue') {
        throw new SecretsError('UnrecognizedOperationException', `${operation} is not implemented here`);
      }
      return readSecret(secrets, input, version);
    },
    buildUnreadableError,
    toWireError: error => error instanceof SecretsError ? error : undefined,
  });
}

function buildUnreadableError(reason: Unreadable): SecretsError {
  if (reason === 'unsigned') {
    return new SecretsError('MissingAuthenticationTokenException', 'The request is not signed');
  }
  if (reason === 'signed by another key') {
    return new SecretsError('UnrecognizedClientException', 'The security token included in the request is invalid.');
  }
  return new SecretsError('InvalidRequestException', `The request is ${reason}`);
}

function readSecret(
  secrets: Readonly<Record<string, () => string>>, { SecretId: id }: Input, VersionId: string,
): Output {
  if (typeof id !== 'string' || !Object.hasOwn(secrets, id)) {
    throw new SecretsError('ResourceNotFoundException', 'Secrets Manager can\'t find the specified secret.');
  }
  return {
    ARN: `arn:aws:secretsmanager:us-east-1:000000000000:secret:${id}`,
    Name: id,
    VersionId,
    SecretString: secrets[id](),
    VersionStages: ['AWSCURRENT'],
  };
}
