import { canonicalize } from '../model/canonical.ts'
import type { Receipt } from '../model/receipt.ts'
import type { Evidence, StoredObject } from '../model/staging.ts'
import { maskCredentialsIn } from './credentials.ts'
import { sortLines } from './sorter.ts'

/** Gathers the receipts of one plan item; written sorted by what was asked, as answers arrive in any order. */
export function receiptLog(evidence: Evidence): { add: (receipt: Receipt) => void; finish(): Promise<StoredObject> } {
  const lines = sortLines(evidence, (line) => receiptKey(JSON.parse(line), line), { allowEqual: true })
  let writing = Promise.resolve()
  return {
    add(written) {
      const receipt = maskCredentialsIn(written)
      writing = writing.then(() => {
        const line = canonicalize(receipt)
        return lines.add(receiptKey(receipt, line), line)
      })
    },
    async finish() {
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
