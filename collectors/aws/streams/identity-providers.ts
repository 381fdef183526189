import { defineStream, onlyPage, z } from 'affiant/sdk'
import { oidcProviders, samlProviders } from '../identity/permissions.ts'
import { ACCOUNT, type Session } from '../session.ts'
import { timeOf } from '../answers.ts'
import { given } from '../given.ts'

export const IdentityProviderRecord = z.strictObject({
  kind: z.enum(['saml', 'oidc']),
  arn: z.string(),
  created: z.iso.datetime().nullable(),
  /** End of the SAML metadata. */
  validUntil: z.iso.datetime().nullable(),
})
export type IdentityProviderRecord = z.output<typeof IdentityProviderRecord>

/** AWS answers both lists whole. https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSAMLProviders.html */
export const identityProviders = defineStream({
  id: 'aws.identity-providers',
  version: 1,
  title: 'Identity providers whose users may take on roles of an account',
  record: IdentityProviderRecord,
  key: (record) => record.arn,
  permissions: [samlProviders, oidcProviders],
  appliesTo: [ACCOUNT],
  reproduce: () => 'aws iam list-saml-providers; aws iam list-open-id-connect-providers',
  async *collect(session: Session, scope) {
    const place = await session.in(scope)
    const saml = await place.call('iam', 'ListSAMLProviders', {})
    const oidc = await place.call('iam', 'ListOpenIDConnectProviders', {})
    const records: IdentityProviderRecord[] = [
      ...given(saml.SAMLProviderList, 'SAMLProviderList').map(({ Arn, CreateDate, ValidUntil }) => ({
        kind: 'saml' as const,
        arn: given(Arn, 'Arn'),
        created: timeOf(CreateDate),
        validUntil: timeOf(ValidUntil),
      })),
      ...given(oidc.OpenIDConnectProviderList, 'OpenIDConnectProviderList').map(({ Arn }) => ({
        kind: 'oidc' as const,
        arn: given(Arn, 'Arn'),
        created: null,
        validUntil: null,
      })),
    ]
    yield onlyPage(records)
  },
})
