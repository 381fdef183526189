import { InvalidError } from 'affiant/sdk'

/**
 * A path of Okta's API with its parts encoded: ``path`/api/v1/users/${id}/factors` ``.
 *
 * @throws InvalidError for an id that no encoding keeps from leading to another path
 */
export function path(texts: TemplateStringsArray, ...parts: readonly string[]): string {
  if (parts.some((part) => part === '' || part === '.' || part === '..')) {
    throw new InvalidError('Okta gave an id that cannot stand in a path')
  }
  return texts.reduce((whole, text, index) => `${whole}${encodeURIComponent(parts[index - 1] ?? '')}${text}`)
}
