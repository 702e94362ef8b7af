import { listComplaints, listDifferences } from '../../integ/emulators/inspectors/compare';
import { resolve, type Scope } from '../../integ/emulators/inspectors/resolve';

describe('references of a template', () => {
  const scope: Scope = {
    template: {
      Resources: {
        Api: { Type: 'AWS::ApiGateway::RestApi' },
        Role: { Type: 'AWS::IAM::Role' },
        Logs: { Type: 'AWS::Logs::LogGroup' },
      },
    },
    resources: { Api: 'abc123', Role: 'the-role', Logs: '/the/logs' },
    account: '000000000000',
    region: 'eu-west-1',
    stackName: 'Stack',
    chosen: { 'Api.RootResourceId': 'root' },
  };

  test.each([
    [{ Ref: 'Api' }, 'abc123'],
    [{ Ref: 'AWS::StackName' }, 'Stack'],
    [{ 'Fn::GetAtt': ['Api', 'RootResourceId'] }, 'root'],
    [{ 'Fn::GetAtt': ['Role', 'Arn'] }, 'arn:aws:iam::000000000000:role/the-role'],
    [
      { 'Fn::Join': ['/', [{ 'Fn::GetAtt': ['Logs', 'Arn'] }, { Ref: 'AWS::URLSuffix' }]] },
      'arn:aws:logs:eu-west-1:000000000000:log-group:/the/logs:*/amazonaws.com',
    ],
    [
      { 'Fn::Sub': 'x-${AWS::Region}-${Api}-${Role.Arn}-${!Literal}' },
      'x-eu-west-1-abc123-arn:aws:iam::000000000000:role/the-role-${Literal}',
    ],
    [{ list: [{ Ref: 'Api' }, 1, null, {}], flag: true }, { list: ['abc123', 1, null, {}], flag: true }],
    [{ 'Fn::Select': [2, { 'Fn::Split': ['/', 'https://host/path'] }] }, 'host'],
    [{ Ref: 'is a key', Other: 1 }, { Ref: 'is a key', Other: 1 }],
  ])('%j', (value, resolved) => {
    expect(resolve(value, scope)).toEqual(resolved);
  });

  test.each([
    [{ Ref: 'Nobody' }, 'nothing that is called Nobody'],
    [{ 'Fn::GetAtt': ['Role', 'RoleId'] }, 'the attribute RoleId of Role (AWS::IAM::Role)'],
    [{ 'Fn::GetAtt': ['Nobody', 'Arn'] }, 'the attribute Arn of Nobody'],
    [{ 'Fn::If': ['Condition', 1, 2] }, 'does not know Fn::If yet'],
    [{ 'Fn::Sub': ['${a}', { a: 1 }] }, 'Fn::Sub of a text only'],
  ])('%j is refused', (value, message) => {
    expect(() => resolve(value, scope)).toThrow(message);
  });
});

describe('as written', () => {
  const written = { Rules: [{ Name: 'a', Days: 1 }], Enabled: true, Description: 'x' };

  test('is equal, in any order of names, where what is not written is off', () => {
    const off = {
      Tags: [],
      Variables: {},
      KmsKey: undefined,
      Flag: false,
      Text: '',
      Nested: { Flag: false, List: [{}] },
    };
    expect(
      listDifferences(written, { ...off, Description: 'x', Enabled: true, Rules: [{ Days: 1, Name: 'a', Flag: false }] }),
    ).toEqual([]);
  });

  test.each([
    ['another value', { ...written, Enabled: false }, ['Enabled is false, written is true']],
    ['another type', { ...written, Enabled: 'true' }, ['Enabled is "true", written is true']],
    ['a deeper value', { ...written, Rules: [{ Name: 'a', Days: 2 }] }, ['Rules.0.Days is 2, written is 1']],
    ['none', { ...written, Description: undefined }, ['Description is undefined, written is "x"']],
    [
      'one more than written', { ...written, Rules: [...written.Rules, { Name: 'b' }] },
      ['Rules.1 is {"Name":"b"}, written is undefined'],
    ],
    ['one less than written', { ...written, Rules: [] }, ['Rules.0 is undefined, written is {"Name":"a","Days":1}']],
    ['what nobody wrote', { ...written, Retries: 0 }, ['Retries is 0, written is undefined']],
    [
      'a list for a map', { ...written, Rules: { 0: written.Rules[0] } },
      ['Rules is {"0":{"Name":"a","Days":1}}, written is [{"Name":"a","Days":1}]'],
    ],
  ])('is not %s', (_, actual, lines) => {
    expect(listComplaints(written, actual, [])).toEqual(lines);
  });
});

describe('what an emulator ignores', () => {
  const written = { Ttl: { Attribute: 'at', Enabled: true }, TtlUnit: 's' };

  test('is no complaint, with all that is below it and nothing beside it', () => {
    expect(listComplaints(written, { Ttl: { Enabled: false }, TtlUnit: 's' }, [{ property: 'Ttl' }])).toEqual([]);
    expect(listComplaints(written, { TtlUnit: 's' }, [{ property: 'Ttl' }])).toEqual([]);
    expect(listComplaints(written, { Ttl: { Enabled: true }, TtlUnit: 'ms' }, [{ property: 'Ttl' }])).toEqual([
      'TtlUnit is "ms", written is "s"',
    ]);
    expect(listComplaints(written, { ...written, Ttl: {} }, [{ property: 'Ttl.Attribute' }])).toEqual([
      'Ttl.Enabled is undefined, written is true',
    ]);
  });

  test('is one if it is as written after all', () => {
    expect(listComplaints(written, written, [{ property: 'Ttl' }])).toEqual([
      'Ttl is as written: take it out of ignored.ts',
    ]);
    expect(listComplaints({}, {}, [{ property: 'Ttl' }])).toEqual([]);
  });
});
