/** What `affiant init` found out. Texts go into the file as they are given, quoted where YAML needs it. */
export interface InitOptions {
  /** Id of the installation. */
  installation: string
  /** Where the JSON Schema is, for the editor: a URL or a path. */
  schema: string
  /** Paths, relative to the config file. */
  store: string
  signingKey: string
  pseudonymKey: string
  /** The checkout to read, if there is one: path relative to the config file, and the name it gets in findings. */
  git?: { path: string; name?: string }
  /**
   * A GitHub organization. `active: false` writes it as a comment, ready to be switched on once there is a token in
   * `GITHUB_TOKEN`.
   */
  github?: { organization: string; active: boolean }
}

/**
 * Text of a small, commented `affiant.yaml`. It is valid as it is when there is a git checkout or an active organization;
 * with neither, the list of sources is left for the person to fill in.
 */
export function initConfig(options: InitOptions): string {
  const { installation, schema, store, signingKey, pseudonymKey, git, github } = options
  const active = [...(git ? ['git'] : []), ...(github?.active ? ['github'] : [])]
  const lines = [
    `# yaml-language-server: $schema=${schema}`,
    '# Configuration of Affiant. Check it with "affiant validate"; config.example.yaml shows every option.',
    'version: 1',
    '',
    '# Id of this installation: the agent id in every bundle, and the name of its ledger, which has begun: it cannot be changed.',
    `installation: ${quote(installation)}`,
    '',
    '# Where bundles are kept. Relative paths are relative to this file.',
    `store: { path: ${quote(store)} }`,
    '',
    '# The key that signs bundles. Keep it private; those who verify get the trust policy beside it.',
    `signing: { key: { file: ${quote(signingKey)} } }`,
    '',
    '# The key that turns people into tokens. Keep it: with another key every token changes.',
    `pseudonyms: { key: { file: ${quote(pseudonymKey)} } }`,
    '',
    '# What is read.',
    'sources:',
    ...(git ? gitSource(git) : []),
    ...githubSource(github ?? { organization: 'example-organization', active: false }),
    ...jobOf(active),
  ]
  return `${lines.join('\n')}\n`
}

function jobOf(sources: readonly string[]): string[] {
  if (sources.length === 0) return []
  return [
    '',
    '# What is read together. With a schedule ("0 6 * * *") and a timeZone the worker runs it; without, you do.',
    'jobs:',
    '  - id: default',
    `    sources: [${sources.join(', ')}]`,
  ]
}

function gitSource({ path, name }: { path: string; name?: string }): string[] {
  return [
    '  # The checkout: history, signatures, authors, code owners. It needs no credentials.',
    '  - id: git',
    '    collector: git',
    '    config:',
    '      repositories:',
    `        - path: ${quote(path)}`,
    ...(name === undefined ? [] : [`          name: ${quote(name)}`]),
  ]
}

function githubSource({ organization, active }: { organization: string; active: boolean }): string[] {
  const lines = [
    '- id: github',
    '  collector: github',
    `  config: { organization: ${quote(organization)} }`,
    '  secrets: { token: { env: GITHUB_TOKEN } }',
  ]
  const head = active
    ? '  # Settings, members, teams and branch rules of a GitHub organization.'
    : '  # A GitHub organization: set GITHUB_TOKEN, remove the "# " of these lines and name it in the job.'
  return [head, ...lines.map((line) => (active ? `  ${line}` : `  # ${line}`))]
}

/** Plain where YAML cannot misread it, else double-quoted (JSON is YAML). */
function quote(text: string): string {
  return /^(?:\.{0,2}\/)?[A-Za-z_][\w./-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text)
    ? text
    : JSON.stringify(text)
}
