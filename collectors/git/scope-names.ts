/**
 * A name for each configured repository, in that order: the configured one, else the folder's. Names that come twice
 * get `-2`, `-3` …, so each is unique and stays the same as long as config does.
 */
export function scopeNames(repositories: readonly { path: string; name?: string | undefined }[]): string[] {
  const taken = new Set(repositories.flatMap(({ name }) => name ?? []))
  return repositories.map(({ path, name }) => {
    if (name !== undefined) return name
    const base = folderName(path)
    let unique = base
    for (let n = 2; taken.has(unique); n++) unique = `${base}-${n}`
    taken.add(unique)
    return unique
  })
}

function folderName(path: string): string {
  const segments = path.split(/[/\\]/).filter((segment) => segment !== '' && segment !== '.' && segment !== '..')
  if (segments.length > 1 && segments.at(-1) === '.git') segments.pop()
  const name = (segments.at(-1) ?? '')
    .replace(/\.git$/, '')
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9_]+$/g, '')
  return name === '' ? 'repository' : name.slice(0, 100)
}
