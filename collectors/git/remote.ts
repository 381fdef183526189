/** Stands for a remote that is a folder of the machine; its path is not evidence. */
const LOCAL = 'local'

/**
 * Host and path of a remote's URL, without user, password, port, query and `.git`: `github.com/acme/api`. Forms: see
 * "GIT URLS" in git-clone(1).
 */
export function remoteLocation(url: string): string {
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/]*@)?(\[[^\]]*\]|[^/:@]*)(?::\d*)?(?:\/(.*))?$/is.exec(url)
  if (withScheme && !/^file:/i.test(url)) return location(withScheme[1], withScheme[2])
  // The short form of ssh: a colon before the first slash, `git@example.com:acme/api.git`.
  const short = /^(?:[^/]*@)?(\[[^\]]*\]|[^/:@]+):(?!\/\/)(.*)$/s.exec(url)
  return short && !/^file:/i.test(url) ? location(short[1], short[2]) : LOCAL
}

function location(host = '', path = ''): string {
  const clean = path
    .replace(/[?#].*$/s, '')
    .replace(/^\/+|\/+$/g, '')
    .replace(/\.git$/, '')
  if (host === '') return LOCAL
  return clean === '' ? host.toLowerCase() : `${host.toLowerCase()}/${clean}`
}
