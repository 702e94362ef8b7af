import type { Template } from '../../integ/emulators/deployment';
import { grantsOf, without } from '../../integ/emulators/privileges/template';

const LAMBDA = { AssumeRolePolicyDocument: { Statement: [{ Principal: { Service: 'lambda.amazonaws.com' } }] } };

function policy(role: string, ...actions: string[]): Template['Resources'][string] {
  return { Type: 'AWS::IAM::Policy', Properties: { Roles: [{ Ref: role }], PolicyDocument: { Statement: actions.map(Action => ({ Action })) } } };
}

function template(more: Template['Resources'] = {}): Template {
  return {
    Resources: {
      ApiFunctionRole: { Type: 'AWS::IAM::Role', Properties: LAMBDA },
      ApiFunction: { Type: 'AWS::Lambda::Function', Properties: { Role: { 'Fn::GetAtt': ['ApiFunctionRole', 'Arn'] } } },
      ApiFunctionPolicy: policy('ApiFunctionRole', 's3:GetObject'),
      BackendPolicy: policy('Backend', 'execute-api:Invoke'),
      ...more,
    },
  };
}

test('a grant counts whatever its policy is called', () => {
  const all = template({ Extra: policy('ApiFunctionRole', 'iam:PassRole') });
  expect(grantsOf(all)).toEqual(['s3:GetObject', 'iam:PassRole'].map(action => ({ handler: 'ApiFunction', action })));
  expect(grantsOf(without(all, { handler: 'ApiFunction', action: 'iam:PassRole' }))).toEqual([{ handler: 'ApiFunction', action: 's3:GetObject' }]);
});

test('a function that nobody has probes for is an error', () => {
  const stranger = { Type: 'AWS::Lambda::Function', Properties: { Role: { 'Fn::GetAtt': ['StrangerRole', 'Arn'] } } };
  expect(() => grantsOf(template({ Stranger: stranger }))).toThrow('got: Stranger; name it in privileges/template.ts');
});

test('so is a grant that is none of those policies', () => {
  const managed = { Type: 'AWS::IAM::Role', Properties: { ...LAMBDA, ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] } };
  expect(() => grantsOf(template({ ApiFunctionRole: managed }))).toThrow('functions must be granted by AWS::IAM::Policy alone, got: ApiFunctionRole');
});
