import type { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { makeKey } from './combinations';
import { expectRights, LIST_OBJECTS, listRights, type Right } from './rights';
import { listStatements, synthesize } from './synth';
import type { ImageService } from '../../src';

describe('grants', () => {
  function listGrantedRights(
    grant: (service: ImageService, role: iam.Role) => iam.Grant, props: (stack: Stack) => object = () => ({}),
  ): Right[] {
    const result = synthesize(props, (service, stack) => {
      const role = new iam.Role(stack, 'Backend', { assumedBy: new iam.AccountRootPrincipal() });
      grant(service, role).assertSuccess();
    });
    return listRights(listStatements(result, 'Backend'));
  }

  test('grantInvoke allows every method of the stage', () => {
    expect(listGrantedRights((service, role) => service.grantInvoke(role))).toEqual([{
      actions: ['execute-api:Invoke'],
      resource: 'arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<RestApi>/prod/*/*',
    }]);
  });

  test('grantReadOriginals allows reading originals and using the key that encrypts them', () => {
    const original = { actions: ['s3:GetObject'], resource: '<Bucket>/originals/*' };
    expect(listGrantedRights((service, role) => service.grantReadOriginals(role))).toEqual([original]);
    expect(listGrantedRights(
      (service, role) => service.grantReadOriginals(role), stack => ({ encryptionKey: makeKey(stack) }),
    ))
      .toEqual([original, { actions: ['kms:Decrypt'], resource: '<Key>', condition: expect.anything() }]);
  });

  test('grantOperate allows invoking the operator function', () => {
    expect(listGrantedRights((service, role) => service.grantOperate(role))).toEqual([
      { actions: ['lambda:InvokeFunction'], resource: '<Operator>' },
    ]);
  });

  test('grantManage allows objects, records and both indexes only', () => {
    const objects = ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'];
    expectRights(listGrantedRights((service, role) => service.grantManage(role)), [
      { actions: objects, resource: '<Bucket>/originals/*' },
      { actions: objects, resource: '<Bucket>/variants/*' },
      LIST_OBJECTS,
      {
        actions: [
          'dynamodb:BatchGetItem', 'dynamodb:BatchWriteItem', 'dynamodb:ConditionCheckItem', 'dynamodb:DeleteItem',
          'dynamodb:DescribeTable',
          'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:Scan', 'dynamodb:UpdateItem',
        ],
        resource: '<Table>',
      },
      { actions: ['dynamodb:Query', 'dynamodb:Scan'], resource: '<Table>/index/by_user' },
      { actions: ['dynamodb:Query', 'dynamodb:Scan'], resource: '<Table>/index/by_due' },
    ]);
  });

  test('grantManage allows the use of a customer key through S3 and DynamoDB only', () => {
    const rights = listGrantedRights(
      (service, role) => service.grantManage(role), stack => ({ encryptionKey: makeKey(stack) }),
    );
    const condition = expect.anything();
    expect(rights.filter(({ resource }) => resource === '<Key>')).toEqual([
      { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resource: '<Key>', condition },
      {
        actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'],
        resource: '<Key>',
        condition,
      },
    ]);
    expect(rights).toHaveLength(8);
  });
});
