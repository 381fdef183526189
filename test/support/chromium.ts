import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium } from 'playwright-core'

/**
 * A real Chromium with an empty profile and without a network: whatever it asks for besides files is counted and refused.
 * `.ci/run` installs it.
 * @param options.javaScript whether pages may run scripts
 */
export async function startChromium({
  javaScript = true,
}: {
  javaScript?: boolean
} = {}): Promise<{ context: BrowserContext; asked: string[] } & AsyncDisposable> {
  const profile = await mkdtemp(join(tmpdir(), 'affiant-chromium-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
    offline: true,
    javaScriptEnabled: javaScript,
  })
  const asked: string[] = []
  context.on('request', (request) => {
    if (!/^(?:file|blob|data):/.test(request.url())) asked.push(request.url())
  })
  return {
    context,
    asked,
    async [Symbol.asyncDispose]() {
      await context.close()
      await rm(profile, { recursive: true, force: true })
    },
  }
}
