import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CLIENT_OPTIONS } from './clients';
import { call } from './errors';

let client: SecretsManagerClient | undefined;

/** The value of a secret, as it was written. */
export async function readSecret(secretId: string): Promise<string | undefined> {
  const secrets = client ??= new SecretsManagerClient(CLIENT_OPTIONS);
  const { SecretString } = await call(() => secrets.send(new GetSecretValueCommand({ SecretId: secretId })));
  return SecretString;
}
