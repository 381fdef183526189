import { InvalidError, type Scope } from 'affiant/sdk'
import type { Repository, Session } from '../client.ts'

/** The repository of a scope. */
export function repositoryOf(session: Session, scope: Scope): Repository {
  const repository = session.repositories.get(scope.id)
  if (!repository) throw new InvalidError(`the config names no repository \`${scope.id}\``)
  return repository
}
