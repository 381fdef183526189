import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
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
}

/** Answers calls with outputs by the names of the model. @throws AwsError for what the service refuses */
export type Answer = (call: Call) => Members | Promise<Members>

export interface AwsServer extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`: the endpoint of every service. */
  url: string
  /** Every call that was understood, in order. */
  calls: readonly Call[]
}

export interface ServerOptions {
  answer: Answer
  /** Waits before every answer, in milliseconds. */
  latencyMs?: number
  /** Looks at the raw request first; what it returns is sent instead, `hang` sends nothing. */
  intercept?: (call: Call) => WireResponse | 'hang' | undefined
}

/**
 * All services of AWS behind one address, told apart by what a request was signed for. What it lacks against the real ones:
 * signatures are not verified, requests are not validated beyond what {@link readCall} needs, and hosts are not told apart.
 */
export async function startAwsServer({ answer, latencyMs = 0, intercept }: ServerOptions): Promise<AwsServer> {
  const calls: Call[] = []
  let served = 0

  async function respond(request: WireRequest): Promise<WireResponse | 'hang'> {
    served += 1
    const requestId = uuidFrom(`${served}`)
    const scope = /Credential=([^/]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request/.exec(request.headers.authorization ?? '')
    const [, accessKeyId = '', region = '', signingName = ''] = scope ?? []
    const service = await serviceOf(signingName, request.headers)
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
    const call: Call = { action: `${service.id}:${read.operation.name}`, region, accessKeyId, input: read.input }
    calls.push(call)
    const instead = intercept?.(call)
    if (instead !== undefined) return instead
    try {
      return writeOutput(service, read.operation, await answer(call), requestId)
    } catch (error) {
      if (error instanceof AwsError) return writeError(service, error, requestId)
      throw error
    }
  }

  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const body = await textOf(incoming)
      if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs))
      const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]))
      const url = new URL(incoming.url ?? '/', 'http://127.0.0.1')
      const response = await respond({ method: incoming.method ?? 'GET', url, headers, body })
      if (response === 'hang') return
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
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
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
