import { canonicalize } from '../model/canonical.ts'
import type { Receipt } from '../model/receipt.ts'
import type { Evidence, StoredObject } from '../model/staging.ts'
import { maskCredentialsIn } from './credentials.ts'
import { sortLines } from './sorter.ts'

/**
 * Gathers the receipts of one plan item; written sorted by what was asked, as answers arrive in any order. An answer that
 * arrives when the item has ended, to a request that nobody waited for any more, is not part of it.
 */
export function receiptLog(evidence: Evidence): { add: (receipt: Receipt) => void; finish(): Promise<StoredObject> } {
  const lines = sortLines(evidence, (line) => receiptKey(JSON.parse(line), line), { allowEqual: true })
  let writing = Promise.resolve()
  let ended = false
  return {
    add(written) {
      if (ended) return
      const receipt = maskCredentialsIn(written)
      writing = writing.then(() => {
        const line = canonicalize(receipt)
        return lines.add(receiptKey(receipt, line), line)
      })
    },
    async finish() {
      ended = true
      await writing
      return (await lines.finish()).object
    },
  }
}

function receiptKey(receipt: Receipt, line: string): string {
  const subject =
    receipt.kind === 'http'
      ? [receipt.url, receipt.method, receipt.requestSha256 ?? '']
      : [receipt.program, ...receipt.args]
  return [receipt.kind, ...subject, String(receipt.attempt).padStart(3, '0'), receipt.at, line].join('\0')
}
