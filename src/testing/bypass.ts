import { subscribe, unsubscribe } from 'node:diagnostics_channel'

/** What went out of the process, or onto the console, without the engine knowing. */
export interface BypassWatch extends Disposable {
  seen: Set<string>
}

// Node tells of every request and connection there: https://nodejs.org/api/diagnostics_channel.html#built-in-channels
const CHANNELS = ['undici:request:create', 'http.client.request.start', 'net.client.socket'] as const
const CONSOLE = ['debug', 'error', 'info', 'log', 'warn'] as const

/** Watches until disposed. Sockets that are opened meanwhile are cut off at once. */
export function watchBypass(): BypassWatch {
  const seen = new Set<string>()
  const listen = (message: unknown) => {
    seen.add('a request of its own')
    if (typeof message === 'object' && message !== null && 'socket' in message) destroy(message.socket)
  }
  for (const channel of CHANNELS) subscribe(channel, listen)
  const original = CONSOLE.map((name) => ({ name, print: console[name] }))
  for (const { name } of original) console[name] = () => void seen.add(`console.${name}`)
  return {
    seen,
    [Symbol.dispose]() {
      for (const channel of CHANNELS) unsubscribe(channel, listen)
      for (const { name, print } of original) console[name] = print
    },
  }
}

function destroy(socket: unknown): void {
  if (typeof socket !== 'object' || socket === null || !('destroy' in socket)) return
  if (typeof socket.destroy === 'function') socket.destroy(new Error('the contract suite lets nothing out'))
}
