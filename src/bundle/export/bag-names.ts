import { BundlePath } from '../../model/common.ts'

/*
 * The names in an export: BagIt 1.0 (RFC 8493), serialised below one base folder. Names below `data/` are the keys of the
 * store, but for the files of runs, which stand under their paths, and the report, which is in no store.
 */

export const DATA = 'data/'
export const BAGIT = 'bagit.txt'
export const BAG_INFO = 'bag-info.txt'
export const BAG_MANIFEST = 'manifest-sha256.txt'
export const TAG_MANIFEST = 'tagmanifest-sha256.txt'
export const VERIFY_MD = 'VERIFY.md'
export const VERIFY_SH = 'verify.sh'
export const TRUST_HINTS = 'trust-hints.json'
/** The `exported` entry and its twins begin with it. */
export const EXPORT = 'export'
export const EXPORT_ENVELOPE = 'export.sigstore.json'

/** What the `exported` statement signs, in the order of its subjects. */
export const SIGNED_FILES = [BAG_MANIFEST, BAG_INFO, BAGIT, VERIFY_MD, VERIFY_SH, TRUST_HINTS] as const

/** Files that every export has at its top, besides tokens. */
export const TOP_FILES: readonly string[] = [
  ...SIGNED_FILES,
  TAG_MANIFEST,
  EXPORT_ENVELOPE,
  `${EXPORT}.json`,
  `${EXPORT}.sig`,
]

const BASE = /^[a-z0-9-]{1,63}_\d{4}-\d\d-\d\d_\d{4}-\d\d-\d\d$/
const TOKEN = /^export\.[1-9]\d{0,2}\.tst$/
const LEDGER = /^data\/ledger\/\d{9}(?:\.[1-9]\d{0,2}\.tst|\.json|\.sig|\.sigstore\.json)$/
const LATE_TOKEN = /^data\/timestamps\/\d{9}\/[0-9a-f]{64}\.tst$/
const RUN_FILE =
  /^data\/runs\/(?!0{9})\d{9}\/(plan\.json|index\.jsonl|manifest-sha256\.txt|(?:records|carried|receipts|results|controls)\/.+)$/
/** What is made of the evidence, for people and for other programs. Browsers open it, so nothing else may stand there. */
const REPORT_FILE = /^data\/(report\/.+\.(?:css|csv|html|js|json))$/

/** The folder of the report, below `data/`. */
export const REPORT = 'report/'

/** The folder that all files of an export stand in. `day`s are the first and the last one of its period, in UTC. */
export function baseName({ agent, from, to }: { agent: string; from: string; to: string }): string {
  const last = new Date(Date.parse(to) - 1).toISOString()
  return `${agent}_${from.slice(0, 10)}_${last.slice(0, 10)}`
}

/** Splits a path in an archive into base folder and name, if both are such as an export has. */
export function splitName(path: string): { base: string; name: string } | undefined {
  const slash = path.indexOf('/')
  const base = path.slice(0, Math.max(slash, 0))
  const name = path.slice(slash + 1)
  return BASE.test(base) && isName(name) ? { base, name } : undefined
}

/** Whether an export may have a file of this name. */
export function isName(name: string): boolean {
  if (!name.startsWith(DATA)) return TOP_FILES.includes(name) || TOKEN.test(name)
  if (LEDGER.test(name) || LATE_TOKEN.test(name)) return true
  const [, file] = RUN_FILE.exec(name) ?? REPORT_FILE.exec(name) ?? []
  return file !== undefined && BundlePath.safeParse(file).success
}
