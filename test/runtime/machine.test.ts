import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { lendOnly } from '../../src/collect/machine.ts'
import { machineCredentials } from '../../src/runtime/machine.ts'
import { DeniedError } from '../../src/sdk/errors.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'affiant-machine-'))
  await writeFile(
    join(folder, 'credentials'),
    [
      '[default]',
      'aws_access_key_id = AKIADEFAULTEXAMPLE',
      'aws_secret_access_key = secret-of-default',
      '[audit]',
      'aws_access_key_id = ASIAAUDITEXAMPLE',
      'aws_secret_access_key = secret-of-audit',
      'aws_session_token = token-of-audit',
    ].join('\n'),
  )
  await writeFile(join(folder, 'config'), '[default]\nregion = eu-west-1\n')
})
beforeEach(() => {
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_PROFILE'])
    vi.stubEnv(name, undefined)
  for (const name of ['AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'])
    vi.stubEnv(name, undefined)
  vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', undefined)
  // Nothing but this folder is looked at: no address of an instance is asked.
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'credentials'))
  vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'))
})
afterEach(() => {
  vi.unstubAllEnvs()
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

async function refusal(act: Promise<unknown>): Promise<DeniedError> {
  try {
    await act
  } catch (error) {
    if (error instanceof DeniedError) return error
    throw error
  }
  throw new Error('credentials were lent')
}

describe('the credentials of this machine', () => {
  it('are those of the shared files, wrapped so that they cannot be logged', async () => {
    const lent = await machineCredentials('aws')
    expect(lent).toMatchObject({ id: 'AKIADEFAULTEXAMPLE' })
    expect(lent.secret.reveal()).toBe('secret-of-default')
    expect(lent.token).toBeUndefined()
    expect(JSON.stringify(lent)).not.toContain('secret-of-default')
  })

  it('are those of the profile that is named, with its token', async () => {
    const { id, secret, token } = await machineCredentials('aws', { profile: 'audit' })
    expect([id, secret.reveal(), token?.reveal()]).toEqual(['ASIAAUDITEXAMPLE', 'secret-of-audit', 'token-of-audit'])
  })

  it('come from the environment first', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAENVIRONMENT')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret-of-environment')
    expect(await machineCredentials('aws')).toMatchObject({ id: 'AKIAENVIRONMENT' })
  })

  it('are missing: it says what to do, and not where was looked', async () => {
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'none'))
    vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'none'))
    const { message, reason } = await refusal(machineCredentials('aws'))
    expect(reason).toBe('denied')
    expect(message).toContain('this machine has no AWS credentials')
    expect(message).toContain('auth.type: keys')
    expect(message).not.toContain(folder)
  })

  it('names a profile that is not there', async () => {
    const { message } = await refusal(machineCredentials('aws', { profile: 'nobody' }))
    expect(message).toContain('for the profile "nobody"')
  })
})

describe('whom they are lent to', () => {
  it('a collector whose manifest asks for them', async () => {
    expect(await lendOnly(machineCredentials, ['aws'])('aws', { profile: 'audit' })).toMatchObject({
      id: 'ASIAAUDITEXAMPLE',
    })
  })

  it('nobody else', async () => {
    const { message } = await refusal(lendOnly(machineCredentials, [])('aws'))
    expect(message).toContain('which its manifest does not list')
  })
})
