import { NotFoundError, type Reader, TruncatedError, z } from 'affiant/sdk'
import { countOrNote } from '../listing.ts'
import { metadata } from '../permissions.ts'
import type { Organization } from '../session.ts'

/**
 * Leaves a gap for what these credentials do not see: repositories that GitHub counts and does not list, and, by name, those
 * that config says must be there.
 */
export async function noteUncovered(at: Organization, reader: Reader, seen: ReadonlySet<string>): Promise<void> {
  const { client, organization, expected } = at
  await Promise.all(
    expected
      .filter((name) => !seen.has(name.toLowerCase()))
      .map((name) =>
        reader.observe(`${organization}/${name}`, async () => {
          const path = { owner: organization, repo: name }
          await client.get('/repos/{owner}/{repo}', path, z.object({}), { permission: metadata.name })
          // It is there, though not in the list: it was made or moved meanwhile.
          throw new NotFoundError(
            `${organization}/${name} was not in the list of repositories, so nothing of it was read`,
          )
        }),
      ),
  )
  const total = await countOrNote(at, reader)
  if (total === undefined || total === seen.size) return
  const uncovered = `${organization}: ${total - seen.size} of ${total} repositories, which GitHub counts and does not show`
  await reader.observe(uncovered, async () => {
    throw new TruncatedError(`${uncovered} to these credentials; nothing is known of changes in them`)
  })
}
