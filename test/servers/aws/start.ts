import { handlers } from './answers/index.ts'
import { AGAIN, deniedIn, type Fault, faultBook, refusalOf, type SetFault, spoil, throttledIn } from './faults.ts'
import { iamActionOf, isCovered } from './iam-actions.ts'
import { meter, type Rate } from './limits.ts'
import { type Keys, type Principal, principalBook, unknownKey } from './principals.ts'
import { type AwsServer, type Call, startAwsServer } from './server.ts'
import { type Account, emptyRegion, type World } from './world.ts'
import { AwsError } from './write.ts'

export interface AwsOptions {
  world: World
  /** Waited before each answer, in milliseconds. Default: 0. */
  latencyMs?: number
  /** No page is larger. Default: what each operation has. */
  pageSize?: number
  /** IAM actions that are allowed, as patterns (`iam:Get*`); others are denied. Default: all. */
  allowed?: readonly string[]
  /** Calls of an API per second and burst, for each account and region. Default: no limit. */
  rateOf?: (action: string) => Rate | undefined
  /** Milliseconds since 1970. Default: the system's clock. */
  now?: () => number
}

export interface AwsWorldServer extends AsyncDisposable {
  /** The endpoint of every service. */
  url: string
  world: World
  /** Keys the collector starts with. */
  keys: Keys
  /** Every secret and session token that was given out, to search for as canaries. */
  secrets(): readonly string[]
  /** Every call that was understood, in order, as `<account>/<region> <service>:<Operation>`. */
  calls(): readonly { account: string; region: string; action: string; input: Call['input'] }[]
  clearCalls(): void
  /** How many calls were refused as too many. */
  throttled(): number
  mostAtOnce(): number
  setFault(fault: Fault): SetFault
  clearFaults(): void
  close(): Promise<void>
}

/** Starts AWS as a world describes it, on 127.0.0.1. See `index.ts` for what it serves and what it lacks. */
export async function startAws(options: AwsOptions): Promise<AwsWorldServer> {
  const { world, latencyMs = 0, pageSize = Number.POSITIVE_INFINITY, allowed, now = Date.now } = options
  const principals = principalBook(world, now)
  const faults = faultBook()
  const limits = meter(options.rateOf ?? (() => undefined), now)
  const memory = new Map<string, number>()
  let calls: { account: string; region: string; action: string; input: Call['input'] }[] = []
  let throttled = 0

  /** The account of a call as far as it is known; faults may strike before anybody asks whose key it is. */
  function accountOf({ accessKeyId, service }: Call): string {
    try {
      return principals.of(accessKeyId, service.id).account
    } catch {
      return 'unknown'
    }
  }

  function answer(call: Call) {
    const { action, region, service, operation, input, origin } = call
    const principal = principals.of(call.accessKeyId, service.id)
    const account = accountFor(world, principal)
    if (!isEnabled(world, account, region)) throw unknownKey(service.id)
    if (!limits.take(account.id, region, action)) {
      throttled += 1
      throw throttledIn(service.id, service.protocol)
    }
    const iamAction = iamActionOf(action)
    if (allowed !== undefined && iamAction !== 'sts:GetCallerIdentity' && !isCovered(iamAction, allowed)) {
      const message = `User: ${principal.arn} is not authorized to perform: ${iamAction} because no identity-based policy allows the ${iamAction} action`
      throw deniedIn(service.id, service.protocol, message)
    }
    if (action === 'sts:AssumeRole') return principals.assumeRole(principal, input)
    const handler = handlers[action]
    if (handler === undefined) throw new AwsError('NotImplemented', `the fake does not answer ${action}`, 501)
    return handler({
      world,
      account,
      region: account.regions.get(region) ?? emptyRegion(region),
      arn: principal.arn,
      action,
      operation,
      protocol: service.protocol,
      input,
      origin,
      pageSize,
      now: now(),
      memory,
    })
  }

  const struck = new WeakMap<Call, Fault>()
  const server: AwsServer = await startAwsServer({
    latencyMs,
    answer(call) {
      const account = accountOf(call)
      calls.push({ account, region: call.region, action: call.action, input: call.input })
      const fault = faults.strike(`${account}/${call.region} ${call.action}`)
      if (fault !== undefined) struck.set(call, fault)
      const refusal = fault && refusalOf(fault, call.service.id, call.service.protocol)
      if (refusal !== undefined) throw refusal
      if (fault?.kind === 'no-fields') return {}
      return answer(fault?.kind === 'endless' ? { ...call, input: fromTheStart(call.input) } : call)
    },
    spoil(call, good) {
      const fault = struck.get(call)
      return fault === undefined ? good : spoil(fault, good)
    },
  })
  return {
    url: server.url,
    world,
    keys: principals.home,
    secrets: () => principals.secrets,
    calls: () => calls,
    clearCalls() {
      calls = []
    },
    throttled: () => throttled,
    mostAtOnce: () => server.mostAtOnce(),
    setFault: (fault) => faults.set(fault),
    clearFaults: () => faults.clear(),
    close: async () => server[Symbol.asyncDispose](),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

/** A token that leads in a circle. */
function fromTheStart(input: Call['input']): Call['input'] {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== AGAIN))
}

function accountFor({ accounts }: World, { account: id }: Principal): Account {
  const account = accounts.get(id)
  if (account === undefined) throw new Error(`the world has no account ${id}`)
  return account
}

function isEnabled({ regions }: World, { optedIn }: Account, region: string): boolean {
  const known = regions.find(({ name }) => name === region)
  return known !== undefined && (!known.optIn || optedIn.includes(region))
}
