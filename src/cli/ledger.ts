import { type LedgerEntry, lastIndex, readEntry, readHead } from '../bundle/ledger.ts'
import { storeReader } from '../bundle/store-reader.ts'
import { verifyEvidence } from '../bundle/verify.ts'
import type { Store } from '../model/store.ts'
import { UserError } from '../model/user-error.ts'
import { jsonText } from '../report/json-run.ts'
import type { LedgerHeadJson, LedgerJson } from '../report/json/ledger.ts'
import { ledgerRow, showHead, showLedger } from '../report/show-ledger.ts'
import { type JsonOption, lookOf, type StoreOption, storePath } from './common.ts'
import type { Environment } from './environment.ts'
import { EXIT } from './exit-codes.ts'
import { trustFrom, type TrustOptions } from './trust.ts'
import { print } from './verify.ts'

export interface LedgerOptions extends StoreOption, JsonOption, TrustOptions {}

/** `affiant ledger [list|head|verify]`. Exit status 0; `verify` also 3, 4 or 5. */
export async function ledger(
  what: 'list' | 'head' | 'verify',
  options: LedgerOptions,
  environment: Environment,
): Promise<number> {
  const runtime = await environment.runtime()
  const path = await storePath(options, runtime)
  if (!(await runtime.exists(path))) throw new UserError(`there is no store at ${path}`, 'Check --store.')
  const store = runtime.openStore(path)
  if (what === 'verify') {
    const trust = await trustFrom(options, runtime)
    const verification = await verifyEvidence({ reader: storeReader(store), trust, runs: [] })
    return print(verification, { kind: 'ledger', name: path }, options, environment)
  }
  return what === 'head' ? head(store, options, environment) : list(store, options, environment)
}

async function list(store: Store, options: LedgerOptions, { stdout }: Environment): Promise<number> {
  const last = await lastIndex(store)
  const rows: LedgerJson['entries'] = []
  for (let index = 0; index <= last; index++) rows.push(rowOf(await readEntry(store, index)))
  const document: LedgerJson = { schema: 'affiant.ledger/1', entries: rows }
  await stdout.write(options.json ? jsonText(document) : showLedger(rows, lookOf(stdout, options)))
  return EXIT.ok
}

function rowOf({ index, statement, sha256 }: LedgerEntry): LedgerJson['entries'][number] {
  return ledgerRow(index, statement, sha256)
}

async function head(store: Store, options: LedgerOptions, { stdout }: Environment): Promise<number> {
  const entry = await readHead(store)
  if (entry === undefined)
    throw new UserError('there is no ledger in this store', 'The first run makes it: affiant run')
  const document: LedgerHeadJson = {
    schema: 'affiant.ledger-head/1',
    origin: entry.statement.predicate.ledger.origin,
    index: entry.index,
    statementSha256: entry.sha256,
  }
  await stdout.write(options.json ? jsonText(document) : showHead(document))
  return EXIT.ok
}
