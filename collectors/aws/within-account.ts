/**
 * For `restsOn` of checks that join within one account: what is missing of another account changes nothing there. What is
 * read once for all (organisation, home account) matters to every account.
 */
export function withinAccount(scope: string, other: string): boolean {
  const [account] = scope.split('/')
  const [owner, place] = other.split('/')
  return owner === account || place === 'organization' || place === 'home'
}
