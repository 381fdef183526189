import type { TrustGiven } from '../bundle/trust.ts'
import { verifyExport } from '../bundle/verify-export.ts'
import { verifyEvidence } from '../bundle/verify.ts'
import type { EvidenceReader } from '../model/evidence-reader.ts'
import type { Verification } from '../model/verification.ts'
import type { Runtime } from './environment.ts'
import type { EvidenceOption } from './evidence.ts'

/** What a report says of the evidence: found now, with the keys that were named. Of a store the whole ledger, and these runs. */
export async function verificationOf(
  reader: EvidenceReader,
  runs: readonly number[],
  trust: TrustGiven | undefined,
  options: EvidenceOption,
  runtime: Runtime,
): Promise<Verification> {
  if (options.export === undefined) return verifyEvidence({ reader, trust, deep: false, runs: [...runs] })
  const file = await runtime.openEvidenceFile(options.export)
  try {
    return await verifyExport(file, { trust, deep: false })
  } finally {
    await file.close()
  }
}
