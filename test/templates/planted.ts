/** A template with one fault for each checker: a checker that misses its fault does not work. */
export const PLANTED = {
  template: 'planted.json',
  faults: {
    'cfn-lint': { rule: 'E3002', resource: 'Misspelt' },
    'checkov': { rule: 'CKV_AWS_53', resource: 'Open' },
  } as Record<string, { rule: string; resource: string }>,
  body: {
    Resources: {
      Misspelt: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeOut: 30 } },
      Open: { Type: 'AWS::S3::Bucket' },
    },
  },
};
