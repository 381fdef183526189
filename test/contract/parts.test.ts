import { describe, expect, it } from 'vitest'
import { CANARY_MAILS, CANARY_SECRETS, found, planted } from '../../src/testing/canaries.ts'
import { fakeSource } from '../../src/testing/fake-source.ts'
import { explain } from '../../src/testing/violation.ts'
import { manualClock } from '../../src/testing/clock.ts'

describe('canaries', () => {
  it('are twelve credentials and twenty addresses, none of them twice', () => {
    expect(new Set(CANARY_SECRETS)).toHaveProperty('size', 12)
    expect(new Set(CANARY_MAILS)).toHaveProperty('size', 20)
  })

  it('stand in the headers and in every object of an answer', () => {
    const { headers = {}, body } = planted({ headers: { link: '<next>' }, body: { users: [{ id: 1 }, { id: 2 }] } })
    const text = JSON.stringify(body)
    expect(headers['link']).toBe('<next>')
    for (const word of [...CANARY_SECRETS, ...CANARY_MAILS]) {
      expect(found(Object.values(headers).join(' '), [word])).toEqual([word])
      expect(text.split(JSON.stringify(word).slice(1, -1))).toHaveLength(4)
    }
  })

  it('leave alone an object whose fields are data', () => {
    expect(planted({ body: { main: 1 }, fieldsAreData: true }).body).toEqual({ main: 1 })
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
    const source = fakeSource({ baseUrl: 'https://api.example.com/v1', routes, clock, latency: () => 100 })
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
