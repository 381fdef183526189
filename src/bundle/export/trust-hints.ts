import type { GenesisStatement } from '../../model/statement.ts'

/** What to pin, as the agent sees it. Who believes it without comparing believes the export about itself. */
export interface TrustHints {
  genesis: { statement: GenesisStatement; sha256: string }
  /** Root certificates of the timestamp authorities that the agent uses, in PEM form. */
  tsaRoots: readonly string[]
}

/** `trust-hints.json`: a trust policy that would accept the export. */
export function trustHintsText({ genesis, tsaRoots }: TrustHints): string {
  const { ledger, keys } = genesis.statement.predicate
  const policy = {
    version: 1,
    origin: ledger.origin,
    genesis: genesis.sha256,
    rootKeys: keys.filter(({ role }) => role === 'root').map(({ keyid, spki }) => ({ keyid, pem: pemOf(spki) })),
    tsa: tsaRoots.map((pem) => ({ pem })),
  }
  return `${JSON.stringify(policy, null, 2)}\n`
}

function pemOf(spki: string): string {
  const lines = spki.match(/.{1,64}/g) ?? []
  return `-----BEGIN PUBLIC KEY-----\n${lines.join('\n')}\n-----END PUBLIC KEY-----\n`
}
