import { asReadError, type CollectContext, InvalidError } from 'affiant/sdk'
import { CLIENTS, type InputOf, type OperationOf, type OutputOf, type ServiceName } from './clients/index.ts'
import type { AwsConfig, AwsSecret } from './config.ts'
import type { Credentials } from './credentials.ts'
import { awsError, awsErrorCode } from './errors.ts'
import { partitionOf } from './partitions.ts'
import { actionOf } from './services.ts'
import { signedHeaders } from './sign.ts'

/** Whose credentials ask, and where. */
export interface Caller {
  account: string
  region: string
  credentials: Credentials
}

/** Every service through the seam. Clients are made for each of service, account and region, and the latest are kept. */
export interface AwsClient {
  call<Name extends ServiceName, Operation extends OperationOf<Name>>(
    caller: Caller,
    service: Name,
    operation: Operation,
    input: InputOf<Name, Operation>,
  ): Promise<OutputOf<Name, Operation>>
  /** A GET of a service with a REST-JSON interface and no client here. `path` has its query. */
  ask(caller: Caller, service: 'artifact', operation: string, path: string): Promise<unknown>
  /** What lies at an address that an answer of `operation` gave, which AWS has signed for a short time. */
  download(caller: Caller, service: 'artifact', operation: string, address: string): Promise<Uint8Array>
}

interface ServiceClient {
  send(command: unknown): Promise<unknown>
}
interface ServiceModule {
  Client: new (config: object) => ServiceClient
  commands: Readonly<Record<string, new (input: unknown) => unknown>>
}

type Context = Pick<CollectContext<AwsConfig, AwsSecret>, 'config' | 'fetch' | 'clock'>

/** A large organisation has tens of thousands of them, and a new one is made in a tenth of a millisecond. */
const CLIENTS_KEPT = 128

export function createClient({ config, fetch, clock }: Context): AwsClient {
  const clients = new Map<string, ServiceClient>()
  const modules = new Map<ServiceName, Promise<ServiceModule>>()
  const requestHandler = handlerOver(fetch)

  /** Asking the loader of modules again for each call would cost more than signing the request. */
  function moduleOf(service: ServiceName): Promise<ServiceModule> {
    const known = modules.get(service)
    if (known !== undefined) return known
    const loading = CLIENTS[service]() as unknown as Promise<ServiceModule>
    modules.set(service, loading)
    return loading
  }

  /** The one that was used longest ago goes first. */
  function keep(key: string, client: ServiceClient): ServiceClient {
    clients.delete(key)
    clients.set(key, client)
    const [oldest] = clients.keys()
    if (clients.size > CLIENTS_KEPT && oldest !== undefined) clients.delete(oldest)
    return client
  }

  function clientFor(service: ServiceName, module: ServiceModule, caller: Caller): ServiceClient {
    const key = `${service} ${caller.account} ${caller.region}`
    const known = clients.get(key)
    if (known !== undefined) return keep(key, known)
    const client = new module.Client({
      ...(config.endpoint !== undefined && { endpoint: config.endpoint }),
      // S3 Control would put the account before the host of an address of one's own.
      ...(config.endpoint !== undefined &&
        service === 's3-control' && { endpointProvider: () => ({ url: new URL(config.endpoint ?? '') }) }),
      region: caller.region,
      // Asked for every request: they are renewed here, by the clock of the run.
      credentials: async () => ({ ...(await caller.credentials.current()), expiration: new Date(0) }),
      requestHandler,
      // The seam retries, so that every attempt has its receipt.
      maxAttempts: 1,
      retryMode: 'standard',
      // What the SDK would look for in the machine's files.
      defaultsMode: 'standard',
      useDualstackEndpoint: false,
      useFipsEndpoint: false,
      userAgentAppId: 'affiant',
      // In the path, the bucket's name needs no address of its own: one rule of reads covers all buckets.
      forcePathStyle: true,
      logger: SILENT,
    })
    return keep(key, client)
  }

  return {
    async call(caller, service, operation, input) {
      const asked = { action: actionOf(service, operation), account: caller.account, region: caller.region }
      try {
        const module = await moduleOf(service)
        // First here, so that what fails is this call's.
        await caller.credentials.current()
        const client = clientFor(service, module, caller)
        const Command = module.commands[operation]
        if (Command === undefined)
          throw new InvalidError(`${asked.action}: clients/${service}.ts has no such operation`)
        return (await client.send(new Command(input))) as never
      } catch (error) {
        throw awsError(error, asked)
      }
    },

    async ask(caller, service, operation, path) {
      const asked = { action: actionOf(service, operation), account: caller.account, region: caller.region }
      const base = config.endpoint ?? `https://${service}.${caller.region}.${partitionOf(caller.region).suffix}`
      const url = new URL(path, base)
      try {
        const keys = await caller.credentials.current()
        const headers = signedHeaders(url, { ...keys, region: caller.region, service, at: clock.now() })
        const answer = await fetch(url, { headers })
        const body: unknown = await answer.json().catch(() => undefined)
        if (answer.ok && body !== undefined) return body
        throw Object.assign(new Error('refused'), {
          name: awsErrorCode(answer.headers.get('x-amzn-errortype'), body),
          $metadata: { httpStatusCode: answer.status },
        })
      } catch (error) {
        throw awsError(error, asked)
      }
    },

    async download({ account, region }, service, operation, address) {
      const asked = { action: actionOf(service, operation), account, region }
      try {
        const answer = await fetch(documentAddress(address, config.endpoint, region))
        const bytes = new Uint8Array(await answer.arrayBuffer())
        assertOfAws(answer, bytes)
        if (answer.ok) return bytes
        throw Object.assign(new Error('refused'), {
          name: 'the address it gave',
          $metadata: { httpStatusCode: answer.status },
        })
      } catch (error) {
        throw awsError(error, asked)
      }
    },
  }
}

/**
 * An answer says where its document lies. Only storage of AWS is asked, or the one address that config has for everything.
 * @throws InvalidError for any other
 */
function documentAddress(address: string, endpoint: string | undefined, region: string): URL {
  const url = URL.parse(address)
  const isOfAws =
    url !== null &&
    (endpoint === undefined
      ? url.protocol === 'https:' && url.hostname.endsWith(`.${partitionOf(region).suffix}`)
      : url.origin === new URL(endpoint).origin)
  if (!isOfAws) throw new InvalidError('AWS named an address for a document that is not its own')
  return url
}

const SILENT = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }

/** A request of the SDK. https://docs.aws.amazon.com/AWSJavaScriptSDK/v3/latest/Package/-smithy-types/ */
interface SdkRequest {
  method: string
  protocol: string
  hostname: string
  port?: number
  path: string
  query?: Readonly<Record<string, string | readonly string[] | null>>
  headers: Readonly<Record<string, string>>
  body?: unknown
}

/** The SDK's way out: the seam's `fetch`. */
function handlerOver(fetch: Context['fetch']) {
  return {
    async handle(request: SdkRequest) {
      const { method, headers } = request
      const sent = Object.fromEntries(Object.entries(headers).filter(([name]) => !OWN_HEADERS.has(name.toLowerCase())))
      const body = bodyOf(request)
      const answer = await fetch(urlOf(request), { method, headers: sent, ...(body !== undefined && { body }) })
      const bytes = new Uint8Array(await answer.arrayBuffer())
      assertOfAws(answer, bytes)
      return {
        response: {
          statusCode: answer.status,
          reason: answer.statusText,
          headers: Object.fromEntries(answer.headers),
          body: bytes,
        },
      }
    },
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
    destroy() {},
  }
}

/**
 * The SDK takes any document for an answer with every member absent, and what is absent reads as a setting that is off.
 * @throws InvalidError for a page of a proxy, and for no document at all
 */
function assertOfAws({ ok, headers }: Response, body: Uint8Array): void {
  if (!ok) return
  if (headers.get('content-type')?.startsWith('text/html') === true) {
    throw new InvalidError('a web page came in place of an answer; look for a proxy between')
  }
  if (body.length === 0) throw new InvalidError('an answer came without its body')
}

/** Set by whoever sends; the signature is over the same values. */
const OWN_HEADERS = new Set(['host', 'content-length', 'connection'])

function bodyOf({ method, body }: SdkRequest): string | Uint8Array<ArrayBuffer> | undefined {
  if (method === 'GET' || method === 'HEAD' || body === undefined || body === null || body === '') return undefined
  if (typeof body === 'string') return body
  if (body instanceof Uint8Array) return new Uint8Array(body)
  throw asReadError(new TypeError('a request with a body that is neither text nor bytes'))
}

function urlOf({ protocol, hostname, port, path, query = {} }: SdkRequest): URL {
  const encode = (text: string) =>
    encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
  const search = Object.entries(query).flatMap(([name, value]) =>
    value === null
      ? [`${encode(name)}=`]
      : (typeof value === 'string' ? [value] : value).map((one) => `${encode(name)}=${encode(one)}`),
  )
  const at = `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}`
  return new URL(search.length === 0 ? at : `${at}?${search.join('&')}`)
}
