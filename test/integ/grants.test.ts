import type { Template } from '../../integ/emulators/deployment';
import { listGrants, nameGrant, removeGrant } from '../../integ/emulators/privileges/template';

const LAMBDA = { AssumeRolePolicyDocument: { Statement: [{ Principal: { Service: 'lambda.amazonaws.com' } }] } };

function policy(role: string, ...actions: string[]): Template['Resources'][string] {
  return {
    Type: 'AWS::IAM::Policy',
    Properties: { Roles: [{ Ref: role }], PolicyDocument: { Statement: actions.map(Action => ({ Action })) } },
  };
}

function template(more: Template['Resources'] = {}): Template {
  return {
    Resources: {
      ApiFunctionRole: { Type: 'AWS::IAM::Role', Properties: LAMBDA },
      ApiFunction: {
        Type: 'AWS::Lambda::Function',
        Properties: { Role: { 'Fn::GetAtt': ['ApiFunctionRole', 'Arn'] } },
      },
      ApiFunctionPolicy: policy('ApiFunctionRole', 's3:GetObject'),
      BackendPolicy: policy('Backend', 'execute-api:Invoke'),
      ...more,
    },
  };
}

test('a grant counts whatever its policy is called', () => {
  const all = template({ Extra: policy('ApiFunctionRole', 'iam:PassRole') });
  expect(listGrants(all)).toEqual(['s3:GetObject', 'iam:PassRole'].map(action => ({ handler: 'ApiFunction', action })));
  expect(listGrants(removeGrant(all, { handler: 'ApiFunction', action: 'iam:PassRole' }))).toEqual([
    { handler: 'ApiFunction', action: 's3:GetObject' },
  ]);
});

test('the same action on something else is another grant', () => {
  const statement = (Action: string, Resource: unknown) => ({ Action, Resource });
  const below = (prefix: string) => ({ 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Bucket', 'Arn'] }, `/${prefix}/*`]] });
  const PolicyDocument = {
    Statement: [
      statement('s3:GetObject', below('originals')), statement('s3:GetObject', below('variants')),
      statement('sqs:DeleteMessage', {
        'Fn::GetAtt': ['QueueDeadLetters1', 'Arn'],
      }), statement('sqs:DeleteMessage', { 'Fn::GetAtt': ['QueueUploads1', 'Arn'] }),
    ],
  };
  const all = template({
    ApiFunctionPolicy: {
      Type: 'AWS::IAM::Policy',
      Properties: { Roles: [{ Ref: 'ApiFunctionRole' }], PolicyDocument },
    },
  });
  const names = [
    's3:GetObject on originals/*', 's3:GetObject on variants/*', 'sqs:DeleteMessage on DeadLetters',
    'sqs:DeleteMessage',
  ];
  expect(listGrants(all).map(nameGrant)).toEqual(names);
  for (const grant of listGrants(all)) {
    expect(listGrants(removeGrant(all, grant)).map(nameGrant)).toEqual(names.filter(name => name !== nameGrant(grant)));
  }
});

test('the same action on items of one kind is another grant', () => {
  const Condition = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['refused#*'] } };
  const PolicyDocument = { Statement: [{ Action: 'dynamodb:PutItem' }, { Action: 'dynamodb:PutItem', Condition }] };
  const all = template({
    ApiFunctionPolicy: {
      Type: 'AWS::IAM::Policy',
      Properties: { Roles: [{ Ref: 'ApiFunctionRole' }], PolicyDocument },
    },
  });
  expect(listGrants(all).map(nameGrant)).toEqual(['dynamodb:PutItem', 'dynamodb:PutItem on refused#*']);
  expect(listGrants(removeGrant(all, { handler: 'ApiFunction', action: 'dynamodb:PutItem' })).map(nameGrant)).toEqual([
    'dynamodb:PutItem on refused#*',
  ]);
});

test('what the emulator does not ask for is passed over where it is so, and there alone', () => {
  const worker = {
    WorkerRole: { Type: 'AWS::IAM::Role', Properties: LAMBDA },
    Worker: { Type: 'AWS::Lambda::Function', Properties: { Role: { 'Fn::GetAtt': ['WorkerRole', 'Arn'] } } },
    WorkerPolicy: policy('WorkerRole', 'sqs:ReceiveMessage', 'logs:PutLogEvents'),
    ApiFunctionPolicy: policy('ApiFunctionRole', 'sqs:ReceiveMessage', 'logs:PutLogEvents'),
  };
  expect(listGrants(template(worker))).toEqual([{ handler: 'ApiFunction', action: 'sqs:ReceiveMessage' }]);
});

test('a function that nobody has probes for is an error', () => {
  const stranger = { Type: 'AWS::Lambda::Function', Properties: { Role: { 'Fn::GetAtt': ['StrangerRole', 'Arn'] } } };
  expect(() => listGrants(template({ Stranger: stranger }))).toThrow(
    'got: Stranger; name it in privileges/template.ts',
  );
});

test('so is a grant that is none of those policies', () => {
  const managed = {
    Type: 'AWS::IAM::Role',
    Properties: { ...LAMBDA, ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] },
  };
  expect(() => listGrants(template({ ApiFunctionRole: managed })))
    .toThrow('functions must be granted by AWS::IAM::Policy alone, got: ApiFunctionRole');
});
