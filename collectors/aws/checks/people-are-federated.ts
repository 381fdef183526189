import { about, checkAll, fail, notApplicable, pass, plural, z } from 'affiant/sdk'
import { ACCOUNT_ID, credentialExample } from '../examples/identity.ts'
import { credentialReport } from '../streams/credential-report.ts'
import { identityCenterInstances } from '../streams/identity-center-instances.ts'
import { identityProviders } from '../streams/identity-providers.ts'
import { withinAccount } from '../within-account.ts'

const saml = {
  kind: 'saml' as const,
  arn: `arn:aws:iam::${ACCOUNT_ID}:saml-provider/okta`,
  created: '2024-01-10T09:00:00.000Z',
  validUntil: null,
}
const person = credentialExample('person-a', { passwordEnabled: true, mfaActive: true })

export const peopleAreFederated = checkAll(
  { credentials: credentialReport, providers: identityProviders, instances: identityCenterInstances },
  {
    id: 'aws.people-are-federated',
    revision: 1,
    title: 'People come in through the identity provider; IAM users with a password are for emergencies',
    severity: 'medium',
    rationale:
      'An IAM user is a second account of a person, with a password of its own, that nobody closes when they leave. (CIS 2.20)',
    remediation:
      'Set up IAM Identity Center, or a SAML provider, and delete the passwords of IAM users that are not declared for emergencies.',
    onPartialData: 'fails-stand',
    params: z.strictObject({
      emergencyUsers: z
        .array(z.string())
        .optional()
        .describe('IAM users with a password that are kept for emergencies.'),
    }),
    redactParams: { 'emergencyUsers.*': 'pseudonym' },
    restsOn: withinAccount,
    criteria: () => ({
      pass: 'There is an active instance of IAM Identity Center or a SAML provider whose metadata has not ended, and every IAM user with a password is declared for emergencies.',
      fail: 'An IAM user with a password is not declared for emergencies, or people have no other way in than IAM users.',
    }),
    examples: {
      pass: {
        inputs: { credentials: [person], providers: [saml], instances: [] },
        params: { emergencyUsers: ['person-a'] },
      },
      fail: { inputs: { credentials: [person], providers: [saml], instances: [] }, params: { emergencyUsers: [] } },
      'not-applicable': { inputs: { credentials: [person], providers: [saml], instances: [] } },
    },
    async *evaluate({ credentials, providers, instances }, { params: { emergencyUsers }, at }) {
      let ways = 0
      for await (const { record } of providers.items()) {
        const ended = record.validUntil !== null && Date.parse(record.validUntil) < at.getTime()
        if (record.kind === 'saml' && !ended) ways += 1
      }
      for await (const { record } of instances.items()) if (record.status === 'ACTIVE') ways += 1
      let people = 0
      let undeclared = 0
      let anything = false
      for await (const item of credentials.items()) {
        const { record } = item
        anything = true
        if (record.kind !== 'user' || record.passwordEnabled !== true) continue
        people += 1
        if (emergencyUsers === undefined) undeclared += 1
        else if (emergencyUsers.includes(record.user)) yield { ...about(item), ...pass('declared for emergencies') }
        else yield { ...about(item), ...fail('the user has a password and is not declared for emergencies') }
      }
      if (!anything) return
      const subject = { subject: 'federation', name: 'The way in for people' }
      const detail = `${ways === 0 ? 'no way' : plural(ways, 'way')} in by IAM Identity Center or a SAML provider, ${plural(people, 'IAM user')} with a password`
      if (undeclared > 0 && ways > 0) {
        const hint = 'declare those for emergencies as checks.aws.people-are-federated.params.emergencyUsers'
        yield { ...subject, ...notApplicable('undeclared', `${detail}; ${hint}`) }
      } else if (ways > 0) yield { ...subject, ...pass(detail) }
      else if (people > 0) yield { ...subject, ...fail(detail), ofAbsence: true }
      else yield { ...subject, ...notApplicable('no-people', detail) }
    },
  },
)
