import { asReadError, DeniedError, NotFoundError, type ReadError, type Reader, z } from 'affiant/sdk'
import { told } from './answers.ts'
import type { GithubClient, Principal } from './client.ts'
import { everyRepository, members, wholeOrganization } from './permissions.ts'
import type { Organization } from './session.ts'

/**
 * What the credentials are to the organisation. GitHub answers a shorter list to those who may not see the whole, and does
 * not say so: only this tells a whole list from a part.
 */
export interface Standing {
  /** `outsider`: no active member. `unknown`: could not be found out, see `failure`. */
  kind: 'owner' | 'member' | 'outsider' | 'app' | 'app-without-members' | 'unknown'
  failure?: ReadError
  /** Certain without counting: an app installed for all repositories, or an owner's classic token with the scope `repo`. */
  allRepositories: boolean
}

/** https://docs.github.com/en/rest/orgs/members#get-an-organization-membership-for-the-authenticated-user */
const Membership = z.object({ state: z.string(), role: z.string() })
/** https://docs.github.com/en/rest/apps/installations#list-repositories-accessible-to-the-app-installation */
const Installation = z.object({ repository_selection: told(z.string()) })

/** Asks GitHub. A failure is kept for the streams that depend on it, so that the others can be read. */
export async function standingOf(client: GithubClient, org: string, principal: Principal): Promise<Standing> {
  try {
    return principal.kind === 'app'
      ? await appStanding(client, org, principal)
      : await userStanding(client, org, principal)
  } catch (error) {
    return { kind: 'unknown', failure: asReadError(error), allRepositories: false }
  }
}

async function userStanding(client: GithubClient, org: string, { granted }: Principal): Promise<Standing> {
  const kind = await userKind(client, org)
  return { kind, allRepositories: kind === 'owner' && (granted?.includes('repo') ?? false) }
}

async function userKind(client: GithubClient, org: string): Promise<Standing['kind']> {
  try {
    const { state, role } = await client.get('/user/memberships/orgs/{org}', { org }, Membership, {
      permission: members.name,
    })
    if (state !== 'active') return 'outsider'
    return role === 'admin' ? 'owner' : 'member'
  } catch (error) {
    if (error instanceof NotFoundError) return 'outsider'
    throw error
  }
}

/**
 * That an app may read members is tried on the list of teams, which nobody else is shown: an app of another organisation, or
 * one without the right, is answered with public members only, and GitHub does not say so.
 */
async function appStanding(client: GithubClient, org: string, { repositories }: Principal): Promise<Standing> {
  if (!(await listsTeams(client, org))) return { kind: 'app-without-members', allRepositories: false }
  const selection = repositories ?? (await selectedRepositories(client))
  return { kind: 'app', allRepositories: selection === 'all' }
}

async function listsTeams(client: GithubClient, org: string): Promise<boolean> {
  try {
    await client.get('/orgs/{org}/teams', { org, per_page: 1 }, z.array(z.unknown()))
    return true
  } catch (error) {
    if (error instanceof DeniedError && error.status === 403) return false
    throw error
  }
}

/** Answered to installation tokens alone, so it also proves that an installation token is one. */
async function selectedRepositories(client: GithubClient): Promise<string | null> {
  return (await client.get('/installation/repositories', { per_page: 1 }, Installation)).repository_selection
}

/** Records a gap unless the credentials see every member: https://docs.github.com/en/rest/orgs/members#list-organization-members */
export async function noteHiddenMembers({ standing, organization }: Organization, reader: Reader): Promise<void> {
  await note(standing, ['owner', 'member', 'app'], reader, `${organization}: members whose membership is not public`)
}

/** Records a gap unless the credentials see what GitHub shows to owners only; `what` names it (`secret teams`). */
export async function noteHiddenFromMembers(
  { standing, organization }: Organization,
  reader: Reader,
  what: string,
): Promise<void> {
  await note(standing, ['owner', 'app'], reader, `${organization}: ${what}`)
}

async function note(
  { kind, failure }: Standing,
  enough: readonly Standing['kind'][],
  reader: Reader,
  subject: string,
): Promise<void> {
  if (enough.includes(kind)) return
  await reader.observe(subject, async () => {
    throw (
      failure ??
      new DeniedError(`GitHub leaves out of this list what these credentials may not see, without saying so`, {
        permission: wholeOrganization.name,
      })
    )
  })
}

/** What is said when GitHub tells neither how many repositories there are nor that these credentials see them all. */
export function uncounted({ standing }: Organization): ReadError {
  return (
    standing.failure ??
    new DeniedError(
      'GitHub does not tell these credentials how many repositories there are, so the list may be a part',
      {
        permission: everyRepository.name,
      },
    )
  )
}
