import { InvalidError, z } from 'affiant/sdk'

export const SIGNATURE_KINDS = ['none', 'pgp', 'ssh', 'x509', 'other'] as const
type SignatureKind = (typeof SIGNATURE_KINDS)[number]

/** How often each kind of trailer stands in a message. Who it names is not kept. */
export const TrailerCounts = z.strictObject({
  reviewedBy: z.int().nonnegative(),
  ackedBy: z.int().nonnegative(),
  testedBy: z.int().nonnegative(),
  signedOffBy: z.int().nonnegative(),
  coAuthoredBy: z.int().nonnegative(),
})
export type TrailerCounts = z.output<typeof TrailerCounts>

/** Id of a commit or blob: SHA-1 or SHA-256, lower-case hex. */
export const ObjectId = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/)

/** Who did something, and when. */
interface Signatory {
  /** In lower case; `null` if the commit gives none. */
  name: string | null
  /** Mail address in lower case; `null` if the commit gives none. */
  mail: string | null
  /** `null` if the commit gives no readable date. */
  at: Date | null
}

export interface Commit {
  id: string
  /** How many parents the commit itself names; two or more is a merge. */
  parents: number
  parentIds: readonly string[]
  author: Signatory
  committer: Signatory
  signature: SignatureKind
  trailers: TrailerCounts
  /** As written, without the indentation. Read for what it names, and never kept. */
  message: string
}

/**
 * Reads one item of `git rev-list --header`: the id, the commit's headers as stored, and its message indented by four.
 * Format of commits: https://git-scm.com/docs/gitformat-signature and git-cat-file(1).
 * @throws InvalidError if it is not a commit
 */
export function parseCommit(item: string): Commit {
  const end = item.indexOf('\n\n')
  const head = end === -1 ? item.replace(/\n$/, '') : item.slice(0, end)
  const [id = '', ...lines] = head.split('\n')
  // A line that starts with a space continues the header above it; it can never be a header itself.
  const headers = lines.filter((line) => !line.startsWith(' '))
  const values = (name: string) =>
    headers.flatMap((line) => (line.startsWith(`${name} `) ? [line.slice(name.length + 1)] : []))
  const one = (name: string) => values(name)[0]
  const [author, committer] = [one('author'), one('committer')]
  if (!ObjectId.safeParse(id).success || one('tree') === undefined || author === undefined || committer === undefined)
    throw new InvalidError('git printed a commit that is not one')
  const message = (end === -1 ? '' : item.slice(end + 2)).replaceAll(/^ {4}/gm, '').trimEnd()
  const parentIds = values('parent')
  return {
    id,
    parents: parentIds.length,
    parentIds,
    author: parseSignatory(author),
    committer: parseSignatory(committer),
    // Each object format has its own header; git looks at no other.
    signature: signatureKind(one(id.length === 64 ? 'gpgsig-sha256' : 'gpgsig')),
    trailers: countTrailers(message),
    message,
  }
}

/** `Name <mail> 1790000000 +0200`, as leniently as git itself: the first `<`, the next `>`, the digits after the last `>`. */
function parseSignatory(line: string): Signatory {
  const mail = /<([^>]*)>?/.exec(line)?.[1]?.trim().toLowerCase()
  const name = (line.split('<', 1)[0] ?? '').trim().toLowerCase()
  const seconds = /^ *(-?\d+) [+-]\d+$/.exec(line.slice(line.lastIndexOf('>') + 1))?.[1]
  const at = new Date(Number(seconds ?? Number.NaN) * 1000)
  return { name: name || null, mail: mail || null, at: isWritable(at) ? at : null }
}

/** Dates beyond the year 9999 have another form in ISO 8601, and say nothing. */
function isWritable(at: Date): boolean {
  return at.getTime() >= 0 && at.getTime() < 253_402_300_800_000
}

function signatureKind(firstLine: string | undefined): SignatureKind {
  if (firstLine === undefined) return 'none'
  if (/^-----BEGIN PGP (?:SIGNATURE|MESSAGE)-----$/.test(firstLine)) return 'pgp'
  if (firstLine === '-----BEGIN SSH SIGNATURE-----') return 'ssh'
  if (firstLine === '-----BEGIN SIGNED MESSAGE-----') return 'x509'
  return 'other'
}

/** Trailers stand in the final paragraph of a message, and never in its title. */
export function trailerLines(message: string): string[] {
  const paragraphs = message.split(/\n\s*\n/)
  return paragraphs.length < 2 ? [] : (paragraphs.at(-1) ?? '').split('\n')
}

function countTrailers(message: string): TrailerCounts {
  const lines = trailerLines(message).map((line) => line.toLowerCase())
  const count = (trailer: string) =>
    lines.filter((line) => line.startsWith(`${trailer}:`) && line.length > trailer.length + 1).length
  return {
    reviewedBy: count('reviewed-by'),
    ackedBy: count('acked-by'),
    testedBy: count('tested-by'),
    signedOffBy: count('signed-off-by'),
    coAuthoredBy: count('co-authored-by'),
  }
}
