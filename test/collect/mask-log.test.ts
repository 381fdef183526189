import { Secret } from 'affiant/sdk'
import { describe, expect, it } from 'vitest'
import { maskLog } from '../../src/collect/mask-log.ts'

const token = 'ghp_canary0123456789'

function logged(secrets: readonly Secret[]) {
  const lines: [object, string][] = []
  const write = (data: object, message: string) => void lines.push([data, message])
  return { log: maskLog({ debug: write, info: write, warn: write, error: write }, secrets), lines }
}

describe('maskLog', () => {
  it('lets no secret of the source through, wherever it stands', () => {
    const { log, lines } = logged([new Secret(token)])
    const circle: Record<string, unknown> = { token }
    circle.self = circle
    log.debug(
      { token, nested: [{ url: `https://x/?t=${token}` }], [token]: 1, error: new Error(token) },
      `sent ${token}`,
    )
    log.error(circle, 'again')
    expect(JSON.stringify(lines)).not.toContain('canary')
    expect(lines[0]?.[1]).toBe('sent [secret]')
  })

  it('changes nothing else, and does not look for what is too short to be told from words', () => {
    const { log, lines } = logged([new Secret(token), new Secret('key')])
    log.info({ count: 3, list: ['keyboard', null, true] }, 'a keynote')
    expect(lines).toEqual([[{ count: 3, list: ['keyboard', null, true] }, 'a keynote']])
  })
})
