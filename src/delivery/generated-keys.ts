import { CustomResource, Duration, Fn, RemovalPolicy, Size } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { grantSecret } from './grant-secret';
import type { Signer } from './signer';
import type { KeyGenerations } from './signing-keys';
import type { SigningKeyData, SigningKeyProperties } from '../contract';
import { buildAccountName } from '../private/account-name';
import type { FunctionSettings } from '../private/function-settings';
import { HandlerFunction } from '../private/handler-function';
import { suppress } from '../private/nag';

export interface GeneratedKeysProps extends KeyGenerations {
  readonly functionSettings: FunctionSettings;
}

interface Generation {
  readonly secretArn: string;
  readonly publicKey: cloudfront.CfnPublicKey;
}

/**
 * Key pairs that the deployment makes. When a generation is removed, CloudFormation first takes its key out of the
 * group. After the update it deletes the unreferenced public key, custom resource and secret. With the stack, the group
 * is deleted before its keys.
 */
export class GeneratedKeys extends Construct implements Signer {
  public readonly keyGroup: cloudfront.KeyGroup;
  public readonly functions: lambda.Function[];
  private readonly generations: readonly Generation[];
  private readonly current: Generation;

  constructor(scope: Construct, id: string, { functionSettings, keys, signWith }: GeneratedKeysProps) {
    super(scope, id);
    const maker = new HandlerFunction(this, 'Handler', {
      handler: 'keys',
      description: 'Image service: makes signing keys during a deployment',
      functionSettings,
      memory: Size.mebibytes(512),
      timeout: Duration.minutes(1),
    }).function;
    this.functions = [maker];
    const generations = new Map(keys.map(key => [key, this.makeGeneration(key, maker)]));
    this.generations = [...generations.values()];
    this.current = generations.get(signWith)!;
    this.keyGroup = new cloudfront.KeyGroup(this, 'KeyGroup', {
      keyGroupName: buildAccountName(this),
      comment: 'Image service: public keys that verify signed URLs and cookies',
      items: this.generations.map(({ publicKey }) => publicKey),
    });
  }

  public grantSign(handler: lambda.Function): void {
    // CloudFormation changes the role before the function. An instance that starts in between still reads the previous
    // secret.
    const secretArns = this.generations.map(({ secretArn }) => secretArn);
    grantSecret(handler, { secretId: this.current.secretArn, secretArns, keyId: this.current.publicKey.ref });
  }

  /**
   * Each generation has its own ids: a public key cannot be changed, and the old one must stay while the new one is
   * added.
   */
  private makeGeneration(key: number, maker: lambda.Function): Generation {
    const scope = new Construct(this, `Generation${key}`);
    const secretArn = this.makeSecret(scope, key).ref;
    maker.addToRolePolicy(new iam.PolicyStatement({
      actions: ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'],
      resources: [secretArn],
    }));
    const pair = new CustomResource(scope, 'Pair', {
      serviceToken: maker.functionArn,
      serviceTimeout: Duration.minutes(5),
      resourceType: 'Custom::ImageServiceSigningKey',
      properties: { SecretId: secretArn } satisfies SigningKeyProperties,
    });
    const publicKey = new cloudfront.CfnPublicKey(scope, 'PublicKey', {
      publicKeyConfig: {
        name: buildAccountName(scope),
        // CDK's default is the same for the same stack in another region, and for a recreated secret, and CloudFront
        // would then reject the key. The ARN of each secret ends in unique characters.
        callerReference: Fn.join('-', [scope.node.addr, Fn.select(6, Fn.split(':', secretArn))]),
        encodedKey: pair.getAttString('PublicKey' satisfies keyof SigningKeyData),
        comment: `Image service: generation ${key}`,
      },
    });
    return { secretArn, publicKey };
  }

  /**
   * An empty secret: CDK's construct would generate a password. It is deleted with its generation, because it encrypts
   * no data.
   */
  private makeSecret(scope: Construct, key: number): secretsmanager.CfnSecret {
    const secret = new secretsmanager.CfnSecret(scope, 'Secret', {
      description: `Image service: private key that signs URLs and cookies, generation ${key}`,
    });
    secret.applyRemovalPolicy(RemovalPolicy.DESTROY);
    suppress(
      secret,
      {
        rules: ['AwsSolutions-SMG4'],
        reason: '`Signing.generated({ keys })` rotates keys: the old key must stay until the URLs that it signed expire.',
      },
      {
        rules: ['CKV_AWS_149'],
        reason: 'Secrets Manager encrypts the secret with an AWS managed key at no cost; for a customer managed key, use `Signing.fromSecret()`.',
      },
    );
    return secret;
  }
}
