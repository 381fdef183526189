import type { Answer, WireRequest } from 'affiant/testing'
import { period, START } from '../../../src/testing/setting.ts'
import { handlers } from '../../servers/aws/answers/index.ts'
import { principalBook } from '../../servers/aws/principals.ts'
import { documentAt } from '../../servers/aws/server.ts'
import { emptyRegion, type World } from '../../servers/aws/world.ts'
import { AwsError } from '../../servers/aws/write.ts'
import { type AwsAsked, awsWire, readAwsCall } from './fixture-wire.ts'
import { readAws } from './harness.ts'

export interface Recording {
  /** By operation and input. */
  routes: Record<string, Answer>
  /** Keys the source starts with. */
  secrets: { accessKeyId: string; secretAccessKey: string }
}

interface RecordingOptions {
  world: World
  config: Record<string, unknown>
  /** Operations of which a page has at most so many items. */
  pageSizes: Readonly<Record<string, number>>
  /** What is to be said of the answers to an operation. */
  remarks: Readonly<Record<string, Pick<Answer, 'mayBeAbsent' | 'mayBeBlank'>>>
}

/** Between two requests: a report that was asked for is there soon. */
const STEP_MS = 5000

/**
 * What the fake AWS answers while a world is read once, without a socket: the contract has these answers, and no others, at
 * its disposal. How many records they make is counted by hand in the fixture.
 */
export async function recordAnswers({ world, config, pageSizes, remarks }: RecordingOptions): Promise<Recording> {
  let now = Date.parse(START)
  const principals = principalBook(world, () => Date.parse(START))
  const { accessKeyId, secretAccessKey } = principals.home
  const memory = new Map<string, number>()
  const routes: Record<string, Answer> = {}

  function answerTo({ operation: action, service, input, accessKeyId: key, region }: AwsAsked): unknown {
    const principal = principals.of(key, service.id)
    if (action === 'sts:AssumeRole') return principals.assumeRole(principal, input)
    const account = world.accounts.get(principal.account)
    const handler = handlers[action]
    const operation = service.operations.get(action.slice(action.indexOf(':') + 1))
    if (!account || !handler || !operation) throw new TypeError(`the fake does not answer ${action}`)
    now += STEP_MS
    return handler({
      world,
      account,
      region: account.regions.get(region) ?? emptyRegion(region),
      arn: principal.arn,
      action,
      operation,
      protocol: service.protocol,
      input,
      pageSize: pageSizes[action] ?? Number.POSITIVE_INFINITY,
      now,
      memory,
      origin: 'https://documents.amazonaws.com',
    })
  }

  async function bodyFor(request: WireRequest): Promise<unknown> {
    const call = request.headers.has('authorization') ? await readAwsCall(request) : undefined
    try {
      return call === undefined ? documentAt(request.url.pathname) : answerTo(call)
    } catch (error) {
      if (error instanceof AwsError) return error
      throw error
    }
  }

  await readAws(undefined, {
    secrets: { accessKeyId, secretAccessKey },
    config,
    period,
    async fetch(input, init) {
      const url = new URL(input instanceof Request ? input.url : input)
      const body = await new Response(init?.body ?? '').text()
      const request = { method: init?.method ?? 'GET', url, headers: new Headers(init?.headers), body }
      const asked = await awsWire(request)
      if (asked === undefined) throw new TypeError(`the fake does not understand ${request.method} ${url.href}`)
      const { operation, parameters } = asked
      const answer: Answer = { body: await bodyFor(request), ...remarks[operation] }
      routes[parameters.size === 0 ? operation : `${operation}?${parameters.toString()}`] = answer
      const written = asked.write(answer)
      return new Response(written.body, { status: written.status, headers: { ...written.headers } })
    },
  })
  return { routes, secrets: { accessKeyId, secretAccessKey } }
}
