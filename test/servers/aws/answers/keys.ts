import { type Ask, found, type Handlers, list, text } from '../answer.ts'
import { AwsError } from '../write.ts'

/** KMS, Secrets Manager and Certificate Manager. */
export const keyHandlers: Handlers = {
  'kms:ListKeys': list('Keys', ({ region }) => region.keys.map(({ key: { KeyId, Arn } }) => ({ KeyId, KeyArn: Arn }))),
  'kms:ListAliases': list('Aliases', ({ region }) =>
    region.keys.flatMap(({ key, aliases }) =>
      (aliases ?? []).map((name) => ({
        AliasName: `alias/${name}`,
        AliasArn: key.Arn?.replace(/key\/.*/, `alias/${name}`),
        TargetKeyId: key.KeyId,
      })),
    ),
  ),
  'kms:DescribeKey': (ask) => ({ KeyMetadata: keyOf(ask).key }),
  'kms:GetKeyRotationStatus': (ask) => {
    const { key, rotates } = keyOf(ask)
    if (key.KeySpec !== 'SYMMETRIC_DEFAULT') {
      throw new AwsError(
        'UnsupportedOperationException',
        `${key.Arn ?? ''} key spec is not supported for this operation.`,
      )
    }
    return { KeyId: key.KeyId, KeyRotationEnabled: rotates, ...(rotates && { RotationPeriodInDays: 365 }) }
  },
  'kms:GetKeyPolicy': (ask) => ({ Policy: JSON.stringify(keyOf(ask).policy), PolicyName: 'default' }),
  'kms:ListKeyPolicies': list('PolicyNames', () => ['default']),
  'kms:ListResourceTags': list('Tags', () => []),
  'secretsmanager:ListSecrets': list('SecretList', ({ region }) => region.secrets),
  'acm:ListCertificates': list('CertificateSummaryList', ({ region }) =>
    region.certificates.map(
      ({ CertificateArn, DomainName, Status, Type, KeyAlgorithm, InUseBy, NotBefore, NotAfter }) => ({
        CertificateArn,
        DomainName,
        Status,
        Type,
        KeyAlgorithm,
        InUse: (InUseBy?.length ?? 0) > 0,
        NotBefore,
        NotAfter,
      }),
    ),
  ),
  'acm:DescribeCertificate': (ask) => ({
    Certificate: found(
      ask.region.certificates.find(({ CertificateArn }) => CertificateArn === text(ask, 'CertificateArn')),
      'ResourceNotFoundException',
      'The certificate',
      400,
    ),
  }),
}

function keyOf(ask: Ask) {
  const id = text(ask, 'KeyId')
  return found(
    ask.region.keys.find(
      ({ key, aliases }) => key.KeyId === id || key.Arn === id || aliases?.includes(id.replace(/^alias\//, '')),
    ),
    'NotFoundException',
    `Key ${id}`,
    400,
  )
}
