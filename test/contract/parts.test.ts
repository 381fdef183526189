import { describe, expect, it } from 'vitest'
import { CANARY_MAILS, CANARY_SECRETS, found } from '../../src/testing/canaries.ts'
import { fakeSource, respond } from '../../src/testing/fake-source.ts'
import { explain } from '../../src/testing/violation.ts'
import type { Answer } from '../../src/testing/fixture.ts'
import type { Wire } from '../../src/testing/wire.ts'
import { manualClock } from '../../src/testing/clock.ts'

describe('canaries', () => {
  it('are twelve credentials and twenty addresses, none of them twice', () => {
    expect(new Set(CANARY_SECRETS)).toHaveProperty('size', 12)
    expect(new Set(CANARY_MAILS)).toHaveProperty('size', 20)
  })

  const plantedIn = async (answer: Answer) => {
    const clock = manualClock()
    const source = fakeSource({ fixture: { routes: { '/users': answer } }, clock, latency: () => 0, plants: true })
    return clock.drive(source.fetch('https://source.example.com/users'))
  }

  it('stand in the headers and in every object of an answer', async () => {
    const answer = await plantedIn({ headers: { link: '<next>' }, body: { users: [{ id: 1 }, { id: 2 }] } })
    const text = await answer.text()
    expect(answer.headers.get('link')).toBe('<next>')
    for (const word of [...CANARY_SECRETS, ...CANARY_MAILS]) {
      expect(found([...answer.headers.values()].join(' '), [word])).toEqual([word])
      expect(text.split(JSON.stringify(word).slice(1, -1))).toHaveLength(4)
    }
  })

  it('leave alone an object whose fields are data', async () => {
    const answer = await plantedIn({ body: { main: 1 }, fieldsAreData: true })
    expect(await answer.json()).toEqual({ main: 1 })
  })

  it.each(['ADA@example.com', 'q=ada%40example.com&x', '{"mail":"ada@example.com"}'])('are found in %s', (text) => {
    expect(found(text, ['ada@example.com', 'lin@example.com'])).toEqual(['ada@example.com'])
  })
})

describe('the fake source', () => {
  const open = () => {
    const clock = manualClock()
    const routes = {
      '/users': { body: 'all' },
      '/users?page=2': { body: 'second' },
      '/users?page=2&role=admin': { body: 'admins' },
      'POST /search': { body: 'found' },
      'https://login.example.com/token': { body: 'token' },
    }
    const source = fakeSource({ fixture: { baseUrl: 'https://api.example.com/v1', routes }, clock, latency: () => 100 })
    const ask = async (url: string, method = 'GET') =>
      (await clock.drive(source.fetch(new URL(url, 'https://api.example.com/v1/'), { method }))).text()
    return { source, ask }
  }

  it.each([
    ['users', 'GET', 'all'],
    ['users?per_page=100', 'GET', 'all'],
    ['users?page=2', 'GET', 'second'],
    ['users?role=admin&page=2', 'GET', 'admins'],
    ['search', 'POST', 'found'],
    ['https://login.example.com/token', 'GET', 'token'],
  ])('answers %s to %s with %s', async (url, method, text) => {
    expect(await open().ask(url, method)).toBe(text)
  })

  it('remembers what it has no answer for', async () => {
    const { source, ask } = open()
    await ask('search')
    await ask('groups?page=1')
    expect([...source.unanswered]).toEqual(['GET /search', 'GET /groups?page=1'])
  })
})

it('a failed rule says what was seen, what to do and where to read', () => {
  expect(explain([{ code: 'writes', what: 'tried POST /a', instead: 'reads.' }])).toBe(
    'writes: tried POST /a\n  A good collector: reads.\n  See docs/adding-a-collector.md#writes',
  )
})

describe('a fixture with a wire', () => {
  /** Ledgerly as if it had operations instead of addresses, and codes instead of statuses. */
  const codes = {
    unauthorized: 'BadToken',
    denied: 'NotYours',
    'not-found': 'NoSuchThing',
    throttled: 'Slow',
    error: 'Oops',
  }
  const wire: Wire = ({ url, headers }) => {
    const operation = headers.get('x-operation')
    if (operation === null) return undefined
    return {
      operation,
      parameters: url.searchParams,
      write: ({ body }, extra = {}) => ({
        status: 200,
        headers: {},
        body: `<answer>${JSON.stringify(body)}${Object.keys(extra).join()}</answer>`,
      }),
      refuse: (refusal) => ({ status: 400, headers: {}, body: codes[refusal] }),
    }
  }
  const open = (plants = false) => {
    const clock = manualClock()
    const routes = { ListUsers: { body: 'all' }, 'ListUsers?page=2': { body: 'second' } }
    const source = fakeSource({ fixture: { routes, wire }, clock, latency: () => 0, plants })
    const ask = (query: string, operation = 'ListUsers') =>
      clock.drive(
        source.fetch(`https://api.example.com/${query}`, { method: 'POST', headers: { 'x-operation': operation } }),
      )
    return { source, ask }
  }

  it.each([
    ['', '<answer>"all"</answer>'],
    ['?page=1', '<answer>"all"</answer>'],
    ['?page=2&size=9', '<answer>"second"</answer>'],
  ])('answers by operation and parameters: %s', async (query, text) => {
    expect(await (await open().ask(query)).text()).toBe(text)
  })

  it('calls requests by what they ask', async () => {
    const { source, ask } = open()
    await ask('?page=2')
    await ask('?page=2', 'ListGroups')
    expect(source.calls.map(({ key }) => key)).toEqual(['ListUsers?page=2', 'ListGroups?page=2'])
    expect([...source.unanswered]).toEqual(['ListGroups?page=2'])
  })

  it('says no as its source does', async () => {
    const { source, ask } = open()
    source.setFault({ applies: () => true, answer: async ({ refuse }) => respond(refuse('denied')) })
    const answer = await ask('')
    expect([answer.status, await answer.text()]).toEqual([400, 'NotYours'])
    expect(found([...answer.headers.values()].join(' '), CANARY_SECRETS)).toEqual(CANARY_SECRETS)
  })

  it('gets canaries to write into its answers', async () => {
    expect(await (await open(true).ask('')).text()).toContain('canary_note')
  })
})
