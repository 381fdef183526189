import { type Fetch, InvalidError, type ReadError, Secret, z } from 'affiant/sdk'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createClient } from '../../../collectors/okta/client.ts'
import { OktaConfig } from '../../../collectors/okta/config.ts'
import { path } from '../../../collectors/okta/path.ts'
import { BASE, NOW } from './configuration-harness.ts'

const Item = z.object({ id: z.string() })
const clock = { now: () => NOW, sleep: async () => {}, after: () => ({ [Symbol.dispose]() {} }) }

type Responder = (url: URL, request: Request) => Response

function clientOver(respond: Responder) {
  const asked: { url: URL; authorization: string | null; method: string }[] = []
  const fetch: Fetch = async (input, init) => {
    const request = new Request(input, init)
    const url = new URL(request.url)
    asked.push({ url, authorization: request.headers.get('authorization'), method: request.method })
    return respond(url, request)
  }
  const config = OktaConfig.parse({ orgUrl: BASE })
  return { client: createClient({ config, fetch, clock, secrets: { token: new Secret('made-up') } }), asked }
}

const failure = (work: Promise<unknown>): Promise<ReadError> =>
  work.then(
    () => expect.fail('it did not fail'),
    (error) => error,
  )

const link = (to: string) => ({ link: `<${BASE}/self>; rel="self", <${to}>; rel="next"` })

describe('get', () => {
  it('asks once, with the token, and never keeps an answer', async () => {
    let times = 0
    const { client, asked } = clientOver(() => {
      times += 1
      return Response.json({ id: `v${times}`, _links: { self: { href: `${BASE}/api/v1/org` } } })
    })
    expect(await client.get('/api/v1/org', {}, Item)).toEqual({ id: 'v1' })
    expect(await client.get('/api/v1/org', {}, Item)).toEqual({ id: 'v2' })
    expect(asked.map(({ method, authorization }) => [method, authorization])).toEqual([
      ['GET', 'SSWS made-up'],
      ['GET', 'SSWS made-up'],
    ])
  })

  it('names the path of what is wrong with an answer, and no value', async () => {
    const { client } = clientOver(() => Response.json({ id: 7, login: 'somebody@example.com' }))
    const error = await failure(client.get('/api/v1/org', {}, Item))
    expect(error).toBeInstanceOf(InvalidError)
    expect(error.message).toContain('(id)')
    expect(error.message).not.toContain('somebody')
  })

  it('calls an answer that is not JSON invalid', async () => {
    const { client } = clientOver(() => new Response('<html>'))
    expect(await failure(client.get('/api/v1/org', {}, Item))).toMatchObject({ reason: 'invalid' })
  })

  it('lets what the seam threw through as it is', async () => {
    const thrown = new InvalidError('from the seam')
    const { client } = clientOver(() => {
      throw thrown
    })
    expect(await failure(client.get('/api/v1/org', {}, Item))).toBe(thrown)
  })

  it('encodes whatever goes into a path', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (id) => {
        fc.pre(id !== '.' && id !== '..')
        const made = new URL(path`/api/v1/users/${id}/factors`, BASE).pathname
        expect(made).toBe(`/api/v1/users/${encodeURIComponent(id)}/factors`)
        expect(made.split('/')).toHaveLength(6)
      }),
      { examples: [['00u1/../../org'], ['a?b#c'], ['é&=%2e']] },
    )
  })
})

it.each(['', '.', '..'])('lets no id lead to another path: "%s"', (id) => {
  expect(() => path`/api/v1/users/${id}/factors`).toThrow(InvalidError)
})

describe('pages', () => {
  const pagesOf = (respond: Responder, envelope?: string) => {
    const { client, asked } = clientOver(respond)
    const read = async () => {
      const pages = []
      for await (const page of client.pages('/api/v1/users', { limit: 2 }, Item, envelope ? { envelope } : {}))
        pages.push(page)
      return pages
    }
    return { read, asked }
  }

  it('follows the link to the end, with the parameters Okta put into it', async () => {
    const { read, asked } = pagesOf((url) =>
      url.searchParams.has('after')
        ? Response.json([{ id: '3' }])
        : Response.json([{ id: '1' }, { id: '2' }], { headers: link(`${BASE}/api/v1/users?after=2&limit=2`) }),
    )
    const pages = await read()
    expect(pages.map(({ records, last }) => [records.map(({ id }) => id), last])).toEqual([
      [['1', '2'], false],
      [['3'], true],
    ])
    expect(pages.map(({ cursor }) => cursor)).toEqual(['/api/v1/users?limit=2', '/api/v1/users?after=2&limit=2'])
    expect(asked.at(-1)?.url.search).toBe('?after=2&limit=2')
  })

  it('follows `_links.next` of a list in an object, and not the header', async () => {
    const { read } = pagesOf(
      (url) =>
        url.searchParams.has('after')
          ? Response.json({ value: [{ id: '2' }], _links: {} }, { headers: link(`${BASE}/api/v1/users?after=9`) })
          : Response.json({ value: [{ id: '1' }], _links: { next: { href: `${BASE}/api/v1/users?after=1` } } }),
      'value',
    )
    expect((await read()).flatMap(({ records }) => records)).toEqual([{ id: '1' }, { id: '2' }])
  })

  it.each([
    ['another server', 'https://evil.example.com/api/v1/users?after=1'],
    ['another list', `${BASE}/api/v1/groups?after=1`],
    ['no address at all', 'http://[broken'],
  ])('does not follow a link to %s', async (_, to) => {
    const { read, asked } = pagesOf(() => Response.json([{ id: '1' }], { headers: link(to) }))
    expect(await failure(read())).toMatchObject({ reason: 'invalid' })
    expect(asked).toHaveLength(1)
  })

  it('ends a list that leads in a circle', async () => {
    const { read } = pagesOf(() => Response.json([{ id: '1' }], { headers: link(`${BASE}/api/v1/users?limit=2`) }))
    expect(await failure(read())).toMatchObject({ reason: 'invalid' })
  })

  it('does not take an object for a list', async () => {
    const { read } = pagesOf(() => Response.json({}))
    expect(await failure(read())).toMatchObject({ reason: 'invalid' })
  })
})

describe('principal', () => {
  it('is the user whose API token it is', async () => {
    const { client } = clientOver((url) =>
      url.pathname === '/api/v1/users/me'
        ? Response.json({ id: '00u1', profile: { login: 'reader@example.com' } })
        : new Response('', { status: 500 }),
    )
    expect(await client.principal()).toEqual({ kind: 'user', name: 'reader@example.com' })
  })
})
