import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CLIENT_OPTIONS } from './clients';
import { errorName } from './errors';
import { privateNumber } from './repeatable-ecdsa';

/**
 * The public half, in PEM, of the key that a secret holds. One that holds none, like a new one, gets one: its private half is nowhere else, and
 * is never replaced. `request` names who asks: whoever repeats it writes nothing twice.
 */
export async function publicKeyOf(secretId: string, request: string): Promise<string> {
  const client = new SecretsManagerClient(CLIENT_OPTIONS);
  const held = await heldKey(client, secretId);
  if (held) return publicHalf(held);
  const { privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256', privateKeyEncoding: { type: 'pkcs8', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const ClientRequestToken = createHash('sha256').update(request).digest('hex');
  await client.send(new PutSecretValueCommand({ SecretId: secretId, SecretString: privateKey, ClientRequestToken })).catch((error: unknown) => {
    // Another run of the same request was faster: its key is the one.
    if (errorName(error) !== 'ResourceExistsException') throw error;
  });
  const written = await heldKey(client, secretId);
  if (!written) throw new Error('the secret holds no key after one was written');
  return publicHalf(written);
}

/** A new secret has no value, or a password that CloudFormation made up. */
async function heldKey(client: SecretsManagerClient, secretId: string): Promise<string | undefined> {
  try {
    const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
    return privateNumber(SecretString) ? SecretString : undefined;
  } catch (error) {
    if (errorName(error) === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

function publicHalf(privateKey: string): string {
  return createPublicKey(createPrivateKey(privateKey)).export({ type: 'spki', format: 'pem' }).toString();
}
