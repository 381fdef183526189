import { type LedgerPosition, RUN_SEALED, type Statement, STATEMENT_TYPE } from '../model/statement.ts'
import type { Plan } from '../model/plan.ts'
import type { IndexSummary } from './check-index.ts'
import { INDEX, MANIFEST } from './layout.ts'

export interface StatementInput {
  keyId: string
  ledger: LedgerPosition
  plan: Plan
  /** SHA-256 of `plan.json`, `index.jsonl` and `manifest-sha256.txt`. */
  digests: { plan: string; index: string; manifest: string }
  summary: IndexSummary
  /** ISO 8601, UTC, milliseconds. */
  sealedAt: string
  /** When the next run of the job is due; the same form. */
  expectedBy?: string | undefined
}

/** The statement that seals a run. A pure function: the same input gives the same statement. It is not validated: the
 * sealer does that, and a verifier compares it with one that was. */
export function makeStatement({
  keyId,
  ledger,
  plan,
  digests,
  summary,
  sealedAt,
  expectedBy,
}: StatementInput): Statement {
  return {
    _type: STATEMENT_TYPE,
    subject: [
      { name: MANIFEST, digest: { sha256: digests.manifest } },
      { name: INDEX, digest: { sha256: digests.index } },
    ],
    predicateType: RUN_SEALED,
    predicate: {
      keyid: keyId,
      agent: agentOf(plan),
      ledger,
      run: { number: plan.run.number, openedAt: plan.run.openedAt, sealedAt, status: summary.status },
      plan: { sha256: digests.plan },
      config: plan.config,
      mappings: plan.mappings,
      items: summary.items,
      outcomes: summary.outcomes,
      results: summary.results,
      subjects: summary.subjects,
      ...(expectedBy !== undefined && { next: { expectedBy } }),
    },
  }
}

/** The agent as statements name it. */
export function agentOf({ agent }: Pick<Plan, 'agent'>): Statement['predicate']['agent'] {
  return { id: agent.installation, version: agent.version, build: agent.build }
}
