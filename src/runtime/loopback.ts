import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { UserError } from '../model/user-error.ts'
import type { Answer } from '../worker/environment.ts'
import { errnoOf } from '../store/errors.ts'

export interface LoopbackServer extends AsyncDisposable {
  port: number
}

const HOST = '127.0.0.1'

/**
 * Serves HTTP on 127.0.0.1 only, never on the network. Port 0: any that is free.
 * @throws UserError if the port cannot be had
 */
export async function serveLoopback(port: number, answer: Answer): Promise<LoopbackServer> {
  const server = createServer((request, response) => {
    const { status, headers, body } = answer(request.method ?? '', (request.url ?? '').split('?')[0] ?? '')
    response.writeHead(status, headers).end(request.method === 'HEAD' ? undefined : body)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      const taken = errnoOf(cause) === 'EADDRINUSE'
      const why = taken ? 'another process uses it' : (errnoOf(cause) ?? 'unknown error')
      reject(
        new UserError(
          `cannot listen on ${HOST}:${port}: ${why}`,
          taken
            ? 'Is another worker running? Else choose another port with --port.'
            : 'Choose another port with --port.',
          { cause },
        ),
      )
    })
    server.listen(port, HOST, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}
