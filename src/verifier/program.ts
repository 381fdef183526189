/** `affiant-verify.mjs`: `affiant verify EXPORT` as one file for Node 20 and later, without a config, a store or a network. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { VERIFY_REASONS, type VerifyReason } from '../bundle/reasons.ts'
import type { TrustGiven } from '../bundle/trust.ts'
import { trustKeys } from '../bundle/trust.ts'
import { verifyExport } from '../bundle/verify-export.ts'
import { UserError } from '../model/user-error.ts'
import { printable } from '../report/printable.ts'
import { showVerification } from '../report/show-verification.ts'
import { verifyJson } from '../report/verify-json.ts'
import { openEvidenceFile } from '../runtime/evidence-file.ts'
import { trustFromFile } from './trust-file.ts'
import { verifierVersion } from './version.ts'

const USAGE = `Usage: node affiant-verify.mjs EXPORT --policy trust-policy.json [--deep] [--json]
       node affiant-verify.mjs EXPORT --key root.pub.pem [--key …] [--deep] [--json]

Verifies an export of evidence where it stands: unpacks nothing, writes nothing, asks no network.

  --policy FILE  what you trust, from the engagement letter and never from the export
  --key FILE     instead: a public root key in PEM form; may be given more than once
  --deep         looks at every record too, not only at the digests of their files
  --json         the report as JSON

Exit status: 0 everything holds; 3 it is what was sealed, and incomplete; 4 not intact; 5 the signer is not trusted;
             1 wrong use, or a file cannot be read.
`

const OPTIONS = {
  policy: { type: 'string' },
  key: { type: 'string', multiple: true },
  deep: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const

async function main(): Promise<number> {
  const { values, positionals } = parsed()
  if (values.help) return write(USAGE)
  if (values.version) return write(`affiant-verify ${verifierVersion}\n`)
  const [path, ...others] = positionals
  if (path === undefined || others.length > 0) throw wrongUse('exactly one export is verified at a time')
  const trust = await trustFrom(values)
  const file = await openEvidenceFile(path)
  try {
    const verification = await verifyExport(file, { trust, deep: values.deep === true })
    const document = verifyJson(verification, {
      target: { kind: 'export', name: basename(path) },
      verifier: { version: verifierVersion, sha256: await ownDigest() },
      reasonOf: (code) => VERIFY_REASONS[code as VerifyReason],
    })
    const { stdout } = process
    await write(
      values.json
        ? `${JSON.stringify(document, undefined, 2)}\n`
        : showVerification(document, { columns: stdout.columns ?? 100, color: stdout.isTTY && !process.env.NO_COLOR }),
    )
    return verification.exitCode
  } finally {
    await file.close()
  }
}

function parsed() {
  try {
    return parseArgs({ options: OPTIONS, allowPositionals: true })
  } catch (cause) {
    throw wrongUse(cause instanceof Error ? cause.message : 'an option is not known')
  }
}

function wrongUse(why: string): UserError {
  return new UserError(why, 'node affiant-verify.mjs --help shows how it is used.')
}

async function trustFrom({ policy, key }: { policy?: string; key?: string[] }): Promise<TrustGiven> {
  if (policy !== undefined && key !== undefined)
    throw new UserError('both --policy and --key were given', 'Give one of them: a policy holds the keys.')
  if (policy !== undefined) return trustFromFile(await textOf(policy))
  return key && trustKeys(await Promise.all(key.map(textOf)))
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new UserError(`cannot read ${path}`, 'Check the path and its permissions.', { cause })
  }
}

/** What an auditor compares with the digest that the project publishes. */
async function ownDigest(): Promise<string> {
  return createHash('sha256')
    .update(await readFile(new URL(import.meta.url)))
    .digest('hex')
}

async function write(text: string): Promise<0> {
  await new Promise<void>((resolve, reject) =>
    process.stdout.write(text, (error) => (error ? reject(error) : resolve())),
  )
  return 0
}

try {
  process.exitCode = await main()
} catch (error) {
  const hint = error instanceof Error && 'hint' in error ? `${String(error.hint)}\n` : ''
  process.stderr.write(`${printable(error instanceof Error ? error.message : String(error))}\n${hint}`)
  process.exitCode = 1
}
