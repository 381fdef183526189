import type { PolicyStatement } from '../identity/iam-policy.ts'
import type { CertificateRecord } from '../streams/certificates.ts'
import type { KmsKeyRecord } from '../streams/kms-keys.ts'
import type { SecretRecord } from '../streams/secrets.ts'

type Detail = Extract<KmsKeyRecord['detail'], { state: 'observed' }>['value']

/** A symmetric key of the customer that rotates, changed by `detail` and `parts`. */
export function keyRecord(detail: Partial<Detail> = {}, parts: Partial<KmsKeyRecord> = {}): KmsKeyRecord {
  const value: Detail = {
    manager: 'CUSTOMER',
    state: 'Enabled',
    spec: 'SYMMETRIC_DEFAULT',
    origin: 'AWS_KMS',
    usage: 'ENCRYPT_DECRYPT',
    multiRegion: null,
    created: '2024-01-10T09:00:00.000Z',
    deletion: null,
    ...detail,
  }
  return {
    id: 'key-1',
    arn: 'arn:aws:kms:eu-west-1:111122223333:key/key-1',
    detail: { state: 'observed', value },
    rotation: { state: 'observed', value: { enabled: true, periodDays: 365 } },
    policy: { state: 'observed', value: [] },
    ...parts,
  }
}

export const openTo = (conditions: PolicyStatement['conditions']): KmsKeyRecord['policy'] => ({
  state: 'observed',
  value: [
    {
      effect: 'Allow',
      actions: ['kms:*'],
      notActions: [],
      resources: ['*'],
      notResources: [],
      principals: [{ kind: 'everyone', account: null, value: null, user: null }],
      notPrincipals: null,
      conditions,
    },
  ],
})

export function secretRecord(parts: Partial<SecretRecord> = {}): SecretRecord {
  return {
    arn: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders-db-a1b2c3',
    name: 'orders-db',
    rotation: true,
    rotationDays: 30,
    created: '2024-01-10T09:00:00.000Z',
    lastRotated: '2099-01-01T00:00:00.000Z',
    lastChanged: '2099-01-01T00:00:00.000Z',
    lastAccessed: '2099-01-01T00:00:00.000Z',
    owningService: null,
    primaryRegion: null,
    ...parts,
  }
}

export function certificateRecord(parts: Partial<CertificateRecord> = {}): CertificateRecord {
  return {
    arn: 'arn:aws:acm:eu-west-1:111122223333:certificate/c-1',
    domain: 'shop.example.com',
    status: 'ISSUED',
    type: 'AMAZON_ISSUED',
    keyAlgorithm: 'RSA_2048',
    inUse: true,
    renewal: 'ELIGIBLE',
    notBefore: '2024-01-10T09:00:00.000Z',
    notAfter: '2099-01-01T00:00:00.000Z',
    ...parts,
  }
}
