import type { Construct } from 'constructs';
import { GeneratedKeys } from './generated-keys';
import { grantSecret } from './grant-secret';
import type { Signer } from './signer';
import type { Signing } from './signing';
import type { OwnKey } from './signing-keys';
import type { FunctionSettings } from '../private/function-settings';
import { grantKeyUse } from '../private/grants';

export function makeSigner(
  scope: Construct, id: string, { _generations: generations, _own: own }: Signing, functionSettings: FunctionSettings,
): Signer {
  return generations ? new GeneratedKeys(scope, id, { ...generations, functionSettings }) : buildOwnSigner(scope, own!);
}

function buildOwnSigner(scope: Construct, { secret, keyGroup, keyId = '' }: OwnKey): Signer {
  return {
    keyGroup,
    functions: [],
    grantSign: handler => {
      // A secret imported by name has an ARN with six more characters, chosen by Secrets Manager.
      grantSecret(handler, {
        secretId: secret.secretArn,
        secretArns: [secret.secretFullArn ?? `${secret.secretArn}-??????`],
        keyId,
      });
      if (secret.encryptionKey) grantKeyUse(scope, secret.encryptionKey, handler, 'secretsmanager', 'kms:Decrypt');
    },
  };
}
