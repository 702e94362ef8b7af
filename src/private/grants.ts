import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { IConstruct } from 'constructs';

/** Grants the use of a key through one AWS service only. The role cannot decrypt anything by calling KMS itself. */
export function grantKeyUse(
  scope: IConstruct,
  key: kms.IKey,
  grantee: iam.IGrantable,
  service: 's3' | 'dynamodb' | 'secretsmanager',
  ...actions: string[]
): iam.Grant {
  const { region, urlSuffix } = Stack.of(scope);
  return iam.Grant.addToPrincipal({
    grantee,
    actions,
    resourceArns: [key.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `${service}.${region}.${urlSuffix}` } },
  });
}

/** Combines grants; undefined ones are skipped. */
export function combine(first: iam.Grant, ...others: (iam.Grant | undefined)[]): iam.Grant {
  return others.reduce<iam.Grant>((all, grant) => (grant ? all.combine(grant) : all), first);
}
