import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CredentialRow, parseCredentialReport } from '../../../collectors/aws/identity/credential-report.ts'
import { allow, trust } from '../../../collectors/aws/examples/identity.ts'
import { allowsWidely, grantsEverything, matches, privilegeOf } from '../../../collectors/aws/identity/iam-analysis.ts'
import { ESCALATION_WAYS } from '../../../collectors/aws/identity/iam-escalation.ts'
import { type PolicyStatement, statementsOf } from '../../../collectors/aws/identity/iam-policy.ts'
import { principalsOf, withoutNames } from '../../../collectors/aws/identity/iam-principal.ts'
import { trustFaults } from '../../../collectors/aws/identity/iam-trust.ts'

const deny = (actions: string[], resources = ['*']) => allow(actions, resources, { effect: 'Deny' })
const document = (statement: object) =>
  encodeURIComponent(JSON.stringify({ Version: '2012-10-17', Statement: statement }))

describe('a policy document', () => {
  it('is reduced to what checks need, with the values of secret conditions left out', () => {
    const text = document([
      {
        Sid: 'Partner',
        Effect: 'Allow',
        Principal: { AWS: ['arn:aws:iam::999988887777:root', 'arn:aws:iam::111122223333:user/team/ada.lovelace'] },
        Action: 'sts:AssumeRole',
        Condition: {
          StringEquals: { 'sts:ExternalId': 'very-secret-id', 'aws:PrincipalOrgID': 'o-acme123456' },
        },
      },
    ])
    const statements = statementsOf(text, 'the trust of role partner')
    expect(statements).toMatchObject([
      {
        effect: 'Allow',
        actions: ['sts:AssumeRole'],
        principals: [
          { kind: 'account', account: '999988887777' },
          { kind: 'user', account: '111122223333', user: 'ada.lovelace' },
        ],
        conditions: [
          { operator: 'StringEquals', key: 'sts:externalid', values: null },
          { operator: 'StringEquals', key: 'aws:principalorgid', values: ['o-acme123456'] },
        ],
      },
    ])
    expect(JSON.stringify(statements)).not.toMatch(/very-secret-id|Partner/)
  })

  it('is read with one statement in place of a list, and when it is not encoded', () => {
    const plain = JSON.stringify({ Statement: { Effect: 'Allow', NotAction: ['iam:*'], Resource: '*' } })
    expect(statementsOf(plain, 'a policy')).toMatchObject([{ actions: [], notActions: ['iam:*'], principals: null }])
  })

  it.each(['', '{}', 'not json', '%7B%7', document({ Effect: 'Maybe' })])('is invalid if it is %j', (text) => {
    expect(() => statementsOf(text, 'a policy')).toThrow(expect.objectContaining({ reason: 'invalid' }))
  })

  it.each([
    ['arn:aws:iam::111122223333:user/ada', 'arn:aws:iam::111122223333:user/[name]'],
    ['arn:aws:iam::*:user/*', 'arn:aws:iam::*:user/*'],
    ['arn:aws:iam::*:user/${aws:username}', 'arn:aws:iam::*:user/${aws:username}'],
    ['arn:aws:iam::111122223333:mfa/ada', 'arn:aws:iam::111122223333:mfa/[name]'],
    ['arn:aws:sts::111122223333:assumed-role/ops/ada@example.com', 'arn:aws:sts::111122223333:assumed-role/ops/[name]'],
    ['arn:aws:s3:::user/reports', 'arn:aws:s3:::user/reports'],
  ])('names no person: %s', (arn, expected) => {
    expect(withoutNames(arn)).toBe(expected)
  })

  it.each([
    ['*', 'everyone'],
    [{ AWS: '*' }, 'everyone'],
    [{ AWS: '999988887777' }, 'account'],
    [{ AWS: 'arn:aws:iam::999988887777:role/path/x' }, 'role'],
    [{ AWS: 'AROAEXAMPLEID' }, 'identity'],
    [{ Service: 'ec2.amazonaws.com' }, 'service'],
    [{ Federated: 'arn:aws:iam::111122223333:saml-provider/okta' }, 'federated'],
    [{ CanonicalUser: 'abc' }, 'canonical-user'],
  ] as const)('principal %j is %s', (element, kind) => {
    expect(principalsOf(element)).toMatchObject([{ kind }])
  })
})

describe('patterns of actions', () => {
  it.each([
    ['*', 'iam:PassRole', true],
    ['iam:*', 'iam:PassRole', true],
    ['IAM:pass*', 'iam:PassRole', true],
    ['iam:Pass?ole', 'iam:PassRole', true],
    ['iam:*Policy*', 'iam:CreatePolicyVersion', true],
    ['iam:Create*Key', 'iam:CreateAccessKey', true],
    ['iam:Create*Key', 'iam:CreateAccessKeys', false],
    ['iam:PassRole', 'iam:PassRoles', false],
    ['s3:*', 'iam:PassRole', false],
    ['', 'iam:PassRole', false],
  ])('%s and %s', (pattern, action, expected) => {
    expect(matches(pattern, action)).toBe(expected)
  })

  it('agrees with a regular expression', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', ':', '*', '?'), maxLength: 8 })
    const word = fc.string({ unit: fc.constantFrom('a', 'b', ':'), maxLength: 10 })
    fc.assert(
      fc.property(text, word, (pattern, action) => {
        const expression = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`)
        return matches(pattern, action) === expression.test(action)
      }),
    )
  })
})

describe('privileges', () => {
  const kind = (statements: PolicyStatement[], boundary?: PolicyStatement[]) =>
    privilegeOf({ statements, boundary })?.kind

  it.each([
    ['* on *', [allow(['*'])], 'administrator'],
    ['*:* on *', [allow(['*:*'])], 'administrator'],
    ['everything of IAM', [allow(['iam:*'])], 'escalation'],
    ['all actions but IAM, with code to change', [allow([], ['*'], { notActions: ['iam:*'] })], 'escalation'],
    ['a key for anybody', [allow(['iam:CreateAccessKey'], ['arn:aws:iam::111122223333:user/*'])], 'escalation'],
    ['a key for oneself', [allow(['iam:CreateAccessKey'], ['arn:aws:iam::*:user/${aws:username}'])], undefined],
    ['a key for one robot', [allow(['iam:CreateAccessKey'], ['arn:aws:iam::111122223333:user/[name]'])], undefined],
    ['passing roles and nothing to pass them to', [allow(['iam:PassRole'])], undefined],
    ['passing roles to instances', [allow(['iam:PassRole', 'ec2:RunInstances'])], 'escalation'],
    [
      'passing one role',
      [allow(['iam:PassRole'], ['arn:aws:iam::1:role/app']), allow(['ec2:RunInstances'])],
      undefined,
    ],
    ['new start scripts for machines that have a role', [allow(['ec2:*'])], 'escalation'],
    ['half of such a way', [allow(['ec2:ModifyInstanceAttribute', 'ec2:StopInstances'])], undefined],
    ['what is denied again', [allow(['iam:CreateAccessKey']), deny(['iam:*'])], undefined],
    [
      'what is denied on one resource',
      [allow(['iam:CreateAccessKey']), deny(['iam:*'], ['arn:aws:iam::1:user/x'])],
      'escalation',
    ],
    ['reading only', [allow(['iam:Get*', 'iam:List*', 's3:*'])], undefined],
    ['nothing', [], undefined],
  ] as const)('%s', (_, statements, expected) => {
    expect(kind([...statements])).toBe(expected)
  })

  it('are those that the boundary leaves', () => {
    expect(kind([allow(['*'])], [allow(['s3:*'])])).toBeUndefined()
    expect(kind([allow(['*'])], [allow(['iam:PutUserPolicy'])])).toBe('escalation')
    expect(kind([allow(['*'])], [allow(['*'])])).toBe('administrator')
  })

  it('are not had with a condition on the boundary or tags of what is changed, but are with one on MFA', () => {
    const when = (key: string) => [
      allow(['iam:PutRolePolicy'], ['*'], { conditions: [{ operator: 'StringEquals', key, values: null }] }),
    ]
    expect(kind(when('iam:permissionsboundary'))).toBeUndefined()
    expect(kind(when('aws:resourcetag/team'))).toBeUndefined()
    expect(kind(when('aws:multifactorauthpresent'))).toBe('escalation')
  })

  it('every way of the list is found from its own actions, and from no proper part of them', () => {
    for (const { actions } of ESCALATION_WAYS.filter((way) => way.actions.length === 2)) {
      expect(kind([allow([actions[0]])])).toBeUndefined()
    }
    for (const { actions } of ESCALATION_WAYS) {
      expect(kind([allow(actions)])).toBe('escalation')
      expect(actions.every((action) => allowsWidely({ statements: [allow(actions)] }, action))).toBe(true)
    }
    expect(new Set(ESCALATION_WAYS.map(({ id }) => id)).size).toBe(ESCALATION_WAYS.length)
  })

  it('an allowance on one resource is not everything', () => {
    expect(grantsEverything(allow(['*'], ['arn:aws:s3:::reports/*']))).toBe(false)
    expect(grantsEverything(deny(['*']))).toBe(false)
  })
})

describe('trust', () => {
  const bounds = {
    account: '111122223333',
    known: new Set(['222233334444']),
    boundServices: new Set(['scheduler.amazonaws.com']),
  }
  const github = {
    kind: 'federated',
    value: 'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com',
  } as const
  const when = (key: string, values: string[] | null = null, operator = 'StringEquals') => ({
    conditions: [{ operator, key, values }],
  })
  const outside = { kind: 'account', account: '999988887777' } as const
  const scheduler = { kind: 'service', value: 'scheduler.amazonaws.com' } as const

  it.each([
    ['everybody', trust({ kind: 'everyone' }), 1],
    ['everybody of the organisation', trust({ kind: 'everyone' }, when('aws:principalorgid', ['o-1'])), 0],
    ['everybody of any organisation', trust({ kind: 'everyone' }, when('aws:principalorgid', ['*'], 'StringLike')), 1],
    ['the account itself', trust({ kind: 'account', account: '111122223333' }), 0],
    ['an account that is read', trust({ kind: 'role', account: '222233334444' }), 0],
    ['a stranger', trust(outside), 1],
    ['a stranger with an external id', trust(outside, when('sts:externalid')), 0],
    ['a stranger with an external id, if any', trust(outside, when('sts:externalid', null, 'StringEqualsIfExists')), 1],
    ['a stranger without that external id', trust(outside, when('sts:externalid', null, 'StringNotEquals')), 1],
    ['a service that can say for whom', trust(scheduler), 1],
    ['a service that says for whom', trust(scheduler, when('aws:sourceaccount', ['111122223333'])), 0],
    ['a service that says so for anything', trust(scheduler, when('aws:sourcearn', ['*'], 'ArnLike')), 1],
    ['a service that cannot', trust({ kind: 'service', value: 'ec2.amazonaws.com' }), 0],
    ['any repository of GitHub', trust(github), 1],
    ['a repository', trust(github, when('token.actions.githubusercontent.com:sub', ['repo:acme/*'], 'StringLike')), 0],
    ['a deleted user', trust({ kind: 'identity' }), 0],
    ['a refusal', trust({ kind: 'everyone' }, { effect: 'Deny' }), 0],
    ['all but some', trust({ kind: 'role', account: '111122223333' }, { notPrincipals: [] }), 1],
  ])('of %s', (_, statement, faults) => {
    expect(trustFaults([statement], bounds)).toHaveLength(faults)
  })
})

describe('the credential report', () => {
  const HEADER =
    'user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated'
  const ROOT =
    '<root_account>,arn:aws:iam::111122223333:root,2020-01-01T00:00:00+00:00,not_supported,no_information,not_supported,not_supported,true,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A'
  const ADA =
    '"ada,o""hara",arn:aws:iam::111122223333:user/ada,2024-01-01T01:00:00+01:00,true,2026-01-01T00:00:00+00:00,N/A,N/A,false,true,2025-01-01T00:00:00+00:00,N/A,N/A,N/A,FALSE,N/A,N/A,N/A,N/A,true,2025-01-01T00:00:00+00:00,false,N/A'

  it('tells what is off, what is not there and what AWS does not tell', () => {
    const [root, ada] = parseCredentialReport(`${HEADER}\n${ROOT}\r\n${ADA}\n`)
    expect(root).toMatchObject({
      user: '<root_account>',
      row: {
        passwordEnabled: null,
        passwordLastUsed: 'no_information',
        passwordLastChanged: 'not_supported',
        mfaActive: true,
      },
    })
    expect(ada).toMatchObject({
      user: 'ada,o"hara',
      row: {
        created: '2024-01-01T00:00:00.000Z',
        passwordEnabled: true,
        mfaActive: false,
        accessKeys: [
          { active: true, lastUsed: 'N/A' },
          { active: false, lastRotated: 'N/A' },
        ],
        certificates: 1,
      },
    })
    for (const { row } of [root, ada].filter((one) => one !== undefined)) CredentialRow.parse(row)
  })

  it.each([
    ['nothing', ''],
    ['no column for MFA', `${HEADER.replace('mfa_active', 'mfa')}\n${ROOT}`],
    ['a row that is cut off', `${HEADER}\n${ROOT.slice(0, 80)}`],
    ['a word where a time belongs', `${HEADER}\n${ROOT.replace('no_information', 'lately')}`],
    ['a word where yes or no belongs', `${HEADER}\n${ROOT.replace(',true,', ',maybe,')}`],
    ['an answer that is no CSV', `${HEADER}\n"unclosed`],
  ])('is invalid with %s', (_, text) => {
    expect(() => parseCredentialReport(text)).toThrow(expect.objectContaining({ reason: 'invalid' }))
  })

  it('has as many rows as users, whatever their names', () => {
    const name = fc.string({
      unit: fc.constantFrom('a', 'Z', '9', '+', '=', ',', '.', '@', '_', '-', '"'),
      minLength: 1,
    })
    fc.assert(
      fc.property(fc.array(name), (names) => {
        const rows = names.map((user) => ADA.replace('"ada,o""hara"', () => `"${user.replaceAll('"', '""')}"`))
        const parsed = parseCredentialReport([HEADER, ROOT, ...rows].join('\n'))
        expect(parsed.map(({ user }) => user)).toEqual(['<root_account>', ...names])
      }),
    )
  })
})
