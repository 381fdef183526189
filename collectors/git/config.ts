import { z } from 'affiant/sdk'

/** Where GitHub and GitLab look for the file that names the owners of code. */
export const CODE_OWNERS_PLACES = ['.github/CODEOWNERS', '.gitlab/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'] as const

/** Where GitHub looks for the security policy; other hosts show the one at the top. */
export const SECURITY_POLICY_PLACES = ['.github/SECURITY.md', 'SECURITY.md', 'docs/SECURITY.md'] as const

const DEFAULT_PROTECTED = [
  ...CODE_OWNERS_PLACES,
  ...SECURITY_POLICY_PLACES,
  '.github/workflows',
  '.github/actions',
  '.gitlab-ci.yml',
]

const repositoryPath = z
  .string()
  .regex(/^(?![/:-])(?!.*(?:^|\/)\.{0,2}(?:\/|$))[^\0\n]+$/, 'a file or folder, counted from the top of the repository')

export const GitConfig = z.strictObject({
  repositories: z
    .array(
      z.strictObject({
        path: z.string().min(1).describe('Folder of the repository: a checkout, a worktree or a bare clone.'),
        branch: z
          .string()
          .regex(/^(?!-)[^\s~^:?*[\\]+$/, 'the name of a branch')
          .optional()
          .describe("Branch to read. Default: the remote's default branch, else the branch that is checked out."),
        changeBranches: z
          .array(z.string().regex(/^(?!-)[^\s~^:?[\\]+$/, 'the name of a branch; * stands for any part of one'))
          .default([])
          .describe('Further branches whose changes are listed, such as release/*. Default: none.'),
        name: z
          .string()
          .regex(
            /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9_-])?$/,
            'letters, digits, dots, hyphens and underscores',
          )
          .optional()
          .describe('What the repository is called in the evidence. Default: the name of the folder.'),
      }),
    )
    .min(1)
    .refine((list) => isDistinct(list.flatMap(({ name }) => name ?? [])), 'two repositories have the same name')
    .describe('Repositories to read, with their full history (no shallow clones).'),
  protectedPaths: z
    .array(repositoryPath)
    .default(DEFAULT_PROTECTED)
    .describe('Files and folders whose last change is looked up. Default: CODEOWNERS, SECURITY.md and CI definitions.'),
  allowedSigners: z
    .string()
    .startsWith('/', 'an absolute path')
    .optional()
    .describe('File of the keys that may sign, in the format of ssh-keygen(1). Absolute path. Turns verification on.'),
  verifySignatures: z
    .boolean()
    .default(false)
    .describe('Verify OpenPGP and X.509 signatures too, with the key ring of the user that Affiant runs as.'),
})
export type GitConfig = z.output<typeof GitConfig>

function isDistinct(names: readonly string[]): boolean {
  return new Set(names).size === names.length
}
