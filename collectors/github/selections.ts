/**
 * A document over the repositories of an organisation, by name: what is asked of each, and these fields.
 * The text is what the manifest lists and what is sent, letter for letter.
 */
export function ofRepositories(name: string, fields: string): string {
  return `query ${name}($login: String!, $first: Int!, $after: String) {
  rateLimit { cost remaining resetAt }
  organization(login: $login) {
    repositories(first: $first, after: $after, orderBy: { field: NAME, direction: ASC }) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes {
        id
        name
        nameWithOwner
        isPrivate
        isArchived
        isEmpty
        ${fields}
      }
    }
  }
}`
}
