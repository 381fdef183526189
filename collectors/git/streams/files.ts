import { defineStream, type Observed, observedOf, onlyPage, type Reader, z } from 'affiant/sdk'
import type { Repository, Session, TreeFile } from '../client.ts'
import { ObjectId } from '../commit.ts'
import { CODE_OWNERS_PLACES, SECURITY_POLICY_PLACES } from '../config.ts'
import { repositoryOf } from './session.ts'

const LastChange = z.strictObject({
  commit: ObjectId,
  author: z.string().nullable(),
  authoredAt: z.iso.datetime().nullable(),
  committedAt: z.iso.datetime().nullable(),
})
type LastChange = z.output<typeof LastChange>

const WatchedFile = z.strictObject({
  path: z.string(),
  purpose: z.enum(['code-owners', 'security-policy', 'other']),
  /** The path, or a folder above it, is on the list of protected paths. */
  protected: z.boolean(),
  present: z.boolean(),
  /** Id of the content at the head. */
  blob: ObjectId.nullable(),
  /** `100644`, `100755`, `120000` (symbolic link) or `160000` (submodule). */
  mode: z.string().nullable(),
  /** The file is there but holds nothing. */
  empty: z.boolean(),
  /** Also of a file that is gone: then the commit that removed it. Absent: it never existed. */
  lastChange: observedOf(LastChange),
})
type WatchedFile = z.output<typeof WatchedFile>

/** Ids of the blob without content, in SHA-1 and in SHA-256 repositories. */
const EMPTY_BLOBS = [
  'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391',
  '473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813',
]

/** Protected files, CODEOWNERS and the security policy at the head of the default branch, and who last changed them. */
export const files = defineStream({
  id: 'git.files',
  version: 1,
  title: 'Protected files',
  record: WatchedFile,
  key: (record) => record.path,
  permissions: [],
  redact: { 'lastChange.value.author': 'pseudonym' },
  reproduce: () => "git ls-tree -r HEAD && git log -1 --format='%H %ae %aI' HEAD -- <path>",
  async *collect(session: Session, scope, reader) {
    const source = repositoryOf(session, scope)
    const isProtected = (path: string) =>
      session.protectedPaths.some((entry) => path === entry || path.startsWith(`${entry}/`))
    const watched = new Set([...CODE_OWNERS_PLACES, ...SECURITY_POLICY_PLACES, ...session.protectedPaths])
    const present = new Map((await source.files([...watched])).map((file) => [file.path, file]))
    const folders = [...watched].filter((path) => [...present.keys()].some((file) => file.startsWith(`${path}/`)))
    const paths = new Set([...watched, ...present.keys()])
    for (const folder of folders) paths.delete(folder)

    const records: WatchedFile[] = []
    for (const path of paths) records.push(await describe(source, reader, path, isProtected(path), present.get(path)))
    yield onlyPage(records)
  },
})

async function describe(
  source: Repository,
  reader: Reader,
  path: string,
  isProtected: boolean,
  file: TreeFile | undefined,
): Promise<WatchedFile> {
  return {
    path,
    purpose: purposeOf(path),
    protected: isProtected,
    present: file !== undefined,
    blob: file?.blob ?? null,
    mode: file?.mode ?? null,
    empty: file !== undefined && EMPTY_BLOBS.includes(file.blob),
    lastChange: await lastChange(source, reader, path),
  }
}

async function lastChange(source: Repository, reader: Reader, path: string): Promise<Observed<LastChange>> {
  const change = await reader.observe(`${source.name}: last change of ${path}`, () => source.lastChange(path))
  if (change.state !== 'observed') return change
  if (change.value === null) return { state: 'absent' }
  const { id, author, committer } = change.value
  return {
    state: 'observed',
    value: {
      commit: id,
      author: author.mail,
      authoredAt: author.at?.toISOString() ?? null,
      committedAt: committer.at?.toISOString() ?? null,
    },
  }
}

function purposeOf(path: string): WatchedFile['purpose'] {
  if (CODE_OWNERS_PLACES.some((place) => place === path)) return 'code-owners'
  if (SECURITY_POLICY_PLACES.some((place) => place === path)) return 'security-policy'
  return 'other'
}
