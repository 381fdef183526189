import type { ReadError } from 'affiant/sdk'
import { UnlicensedError, z } from 'affiant/sdk'
import { describe, expect, it } from 'vitest'
import type { RequestOptions } from '../../../collectors/okta/errors.ts'
import { type Answer, error, sessionOver } from './configuration-harness.ts'

const PATH = '/api/v1/groups'
const SCOPE = 'okta.groups.read'
const ROLE = 'role Super Administrator'

async function failureOf(answer: Answer, options: RequestOptions = { permission: SCOPE }): Promise<ReadError> {
  const { session } = sessionOver({ [PATH]: answer })
  return session.client.get(PATH, {}, z.unknown(), options).then(
    () => expect.fail('it did not fail'),
    (thrown) => thrown,
  )
}

/** Codes: https://developer.okta.com/docs/reference/error-codes/ */
const refusals: [string, Answer, Partial<ReadError>][] = [
  ['an invalid token', error(401, 'E0000011'), { reason: 'denied', permission: undefined }],
  ['failed authentication', error(401, 'E0000004'), { reason: 'denied', permission: undefined }],
  ['an invalid session', error(401, 'E0000005'), { reason: 'denied' }],
  ['no permission', error(403, 'E0000006'), { reason: 'denied', permission: SCOPE, status: 403 }],
  ['not found', error(404, 'E0000007'), { reason: 'unavailable', name: 'NotFoundError' }],
  ['too many requests', error(429, 'E0000047'), { reason: 'throttled' }],
  ['an internal error', error(500, 'E0000009'), { reason: 'unavailable' }],
  ['a feature that is off', error(403, 'E0000015'), { reason: 'unlicensed', permission: undefined }],
  ['an endpoint that is not there', error(405, 'E0000022'), { reason: 'unlicensed' }],
  ['not allowed in this state', error(403, 'E0000038'), { reason: 'denied' }],
  ['a bad request', error(400, 'E0000001'), { reason: 'invalid' }],
  ['a page of somebody in between', { status: 502, body: '<html>' }, { reason: 'unavailable' }],
  ['a refusal without a code', { status: 403, body: {} }, { reason: 'denied', permission: SCOPE }],
]

describe('what Okta refuses', () => {
  it.each(refusals)('%s', async (_, answer, expected) => {
    expect(await failureOf(answer)).toMatchObject(expected)
  })

  it('names the code and nothing that Okta wrote, as that may name people', async () => {
    const thrown = await failureOf(error(403, 'E0000006', 'somebody@example.com may not'))
    expect(thrown.message).toContain('403, E0000006')
    expect(thrown.message).toContain(SCOPE)
    expect(thrown.message).not.toContain('somebody')
    expect(thrown.cause).toBeUndefined()
  })

  it('lets an endpoint say what a code means there', async () => {
    const explain = () => new UnlicensedError('no such product')
    expect(await failureOf(error(403, 'E0000006'), { permission: SCOPE, explain })).toMatchObject({
      reason: 'unlicensed',
    })
  })
})

describe('a missing right', () => {
  const both: RequestOptions = { permission: SCOPE, role: ROLE }
  const insufficient = { 'www-authenticate': 'Bearer error="insufficient_scope", scope="okta.groups.read"' }

  it('is the role where one is needed besides the scope', async () => {
    expect(await failureOf(error(403, 'E0000006'), both)).toMatchObject({ permission: ROLE })
  })

  it('is the scope if Okta says that the token lacks one', async () => {
    const answer = { ...error(403, 'E0000006'), headers: insufficient }
    expect(await failureOf(answer, both)).toMatchObject({ permission: SCOPE })
  })
})
