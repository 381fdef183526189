import { UserError } from '../model/user-error.ts'
import { jsonText } from '../report/json-run.ts'
import type { LedgerStampJson } from '../report/json/ledger.ts'
import { showStamped } from '../report/show-stamped.ts'
import { configPath, type JsonOption, lookOf, type StoreOption } from './common.ts'
import type { Environment } from './environment.ts'
import { EXIT } from './exit-codes.ts'

/**
 * `affiant ledger stamp`: fetches timestamps for the ledger entries that have none. Exit status 0.
 * @throws UserError if entries are still without one
 */
export async function ledgerStamp(options: StoreOption & JsonOption, environment: Environment): Promise<number> {
  const { stdout, stderr } = environment
  const runtime = await environment.runtime()
  const { config } = await runtime.loadConfigFile(configPath(options))
  const path = options.store ?? config.store.path
  if (!(await runtime.exists(path))) throw new UserError(`there is no store at ${path}`, 'Check --store.')
  const warned: Promise<void>[] = []
  const stamped = await runtime.stampStore(runtime.openStore(path), config.timestamps, {
    onWarning: (message) => void warned.push(stderr.write(`warning: ${message}\n`)),
  })
  await Promise.all(warned)
  const document: LedgerStampJson = {
    schema: 'affiant.ledger-stamp/1',
    entries: stamped.entries,
    stamped: [...stamped.stamped],
    missing: stamped.unstamped - stamped.stamped.length,
  }
  await stdout.write(options.json ? jsonText(document) : showStamped(document, lookOf(stdout, options)))
  if (document.missing === 0) return EXIT.ok
  throw new UserError(
    `${document.missing} ledger entries still have no timestamp, because no authority gave one`,
    'Run affiant ledger stamp again later: it goes on from there.',
  )
}
