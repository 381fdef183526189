/** Base of the paths of bundle files: nobody knows where the reader has them. */
export const BUNDLE = 'BUNDLE'

/** Where a file of the bundle is (SARIF 2.1.0, section 3.4). */
export function placeOf(path: string): { uri: string; uriBaseId: string } {
  return { uri: path, uriBaseId: BUNDLE }
}
