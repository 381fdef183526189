import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Operation, Service } from './model.ts'
import { type Members, readCall, type WireRequest } from './read.ts'
import { serviceOf } from './services.ts'
import { AwsError, writeError, writeOutput, type WireResponse } from './write.ts'

/** Who calls what, where. */
export interface Call {
  /** `iam:GetAccountSummary`, with the service's signing name. */
  action: string
  region: string
  accessKeyId: string
  input: Members
  service: Service
  operation: Operation
  /** Where the server is, as the caller knows it. */
  origin: string
}

/** Answers calls with outputs by the names of the model. @throws AwsError for what the service refuses */
export type Answer = (call: Call) => Members | Promise<Members>

export interface AwsServer extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`: the endpoint of every service. */
  url: string
  /** Every call that was understood, in order. */
  calls: readonly Call[]
  /** Most requests that were under way at once. */
  mostAtOnce(): number
}

export interface ServerOptions {
  answer: Answer
  /** Waits before every answer, in milliseconds. */
  latencyMs?: number
  /** Has the last word on what is sent, errors included; `hang` sends nothing, `reset` resets the connection. */
  spoil?: (call: Call, good: WireResponse) => WireResponse | 'hang' | 'reset'
}

/**
 * All services of AWS behind one address, told apart by what a request was signed for. What it lacks against the real ones:
 * signatures are not verified, requests are not validated beyond what {@link readCall} needs, and hosts are not told apart.
 */
export async function startAwsServer({ answer, latencyMs = 0, spoil }: ServerOptions): Promise<AwsServer> {
  const calls: Call[] = []
  let served = 0
  let underWay = 0
  let most = 0

  async function respond(request: WireRequest): Promise<WireResponse | 'hang' | 'reset'> {
    served += 1
    const requestId = uuidFrom(`${served}`)
    const { accessKeyId, region, signingName, service } = await signedFor(request)
    if (request.url.pathname.startsWith(DOCUMENTS) && request.url.searchParams.has('X-Amz-Signature')) {
      return { status: 200, headers: { 'content-type': 'application/pdf' }, body: documentAt(request.url.pathname) }
    }
    if (service === undefined) {
      const text = `<ErrorResponse><Error><Code>MissingAuthenticationToken</Code><Message>${signingName}</Message></Error></ErrorResponse>`
      return { status: 403, headers: { 'content-type': 'text/xml' }, body: text }
    }
    const read = readCall(service, request)
    if (read === undefined) {
      return writeError(
        service,
        new AwsError('UnknownOperationException', `${request.method} ${request.url.pathname}`, 404),
        requestId,
      )
    }
    const call: Call = {
      action: `${service.id}:${read.operation.name}`,
      region,
      accessKeyId,
      input: read.input,
      service,
      operation: read.operation,
      origin: `http://${request.headers['host'] ?? ''}`,
    }
    calls.push(call)
    let good: WireResponse
    try {
      good = writeOutput(service, read.operation, await answer(call), requestId)
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      good = writeError(service, error, requestId)
    }
    return spoil?.(call, good) ?? good
  }

  const server = createServer((incoming, outgoing) => {
    underWay += 1
    most = Math.max(most, underWay)
    outgoing.once('close', () => (underWay -= 1))
    void (async () => {
      const body = await textOf(incoming)
      if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs))
      const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]))
      const url = new URL(incoming.url ?? '/', 'http://127.0.0.1')
      const response = await respond({ method: incoming.method ?? 'GET', url, headers, body })
      if (response === 'hang') return
      if (response === 'reset') return void incoming.socket.resetAndDestroy()
      if (response.breaksOff === true) {
        const bytes = Buffer.from(response.body)
        outgoing.writeHead(response.status, { ...response.headers, 'content-length': String(bytes.length + 1) })
        outgoing.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => incoming.socket.destroy())
        return
      }
      outgoing.writeHead(response.status, { ...response.headers, date: new Date().toUTCString() })
      outgoing.end(response.body)
    })().catch((error: unknown) => {
      outgoing.writeHead(500, { 'content-type': 'text/plain' })
      outgoing.end(`fault of the fake: ${error instanceof Error ? error.stack : String(error)}`)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    mostAtOnce: () => most,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Documents lie here, for whoever has a signed address. */
export const DOCUMENTS = '/documents/'
/** What lies at a path. */
export const documentAt = (pathname: string) => `%PDF-1.7\n% ${pathname}\n%%EOF\n`

/** Whose key signed a request, and for what; `service` is absent if the fake does not have it. */
export async function signedFor(request: WireRequest) {
  const scope = /Credential=([^/]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request/.exec(request.headers.authorization ?? '')
  const [, accessKeyId = '', region = '', signingName = ''] = scope ?? []
  const known = await serviceOf(signingName, request.headers)
  return { accessKeyId, region, signingName, service: known && spokenIn(known, request) }
}

/** A service that has learned JSON still answers clients which speak its older query protocol. */
function spokenIn(service: Service, { headers }: WireRequest): Service {
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true
  return isForm && service.protocol === 'json' ? { ...service, protocol: 'query' } : service
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

function uuidFrom(seed: string): string {
  const hex = createHash('sha256').update(seed).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
}
