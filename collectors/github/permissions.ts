import type { Permission } from 'affiant/sdk'

/**
 * Rights by the names the API itself uses: those of an installation's `permissions` and of the header
 * `X-Accepted-GitHub-Permissions`. Source: https://docs.github.com/en/rest/authentication/permissions-required-for-github-apps
 */
const page = 'https://docs.github.com/en/rest'

export const organizationAdministration: Permission = {
  name: 'organization_administration:read',
  why: 'The two-factor requirement, base permission and member rights are shown only to owners and apps with this right.',
  url: `${page}/orgs/orgs#get-an-organization`,
}

export const members: Permission = {
  name: 'members:read',
  why: 'Without it only members who made their membership public are listed, and neither teams nor outside collaborators.',
  url: `${page}/orgs/members#list-organization-members`,
}

/** GitHub shortens lists for everybody else and does not say so. */
export const wholeOrganization: Permission = {
  name: 'organization owner, or an app with members:read',
  why: 'To anyone else GitHub leaves out secret teams and members whose membership is not public, and does not say so.',
  url: `${page}/teams/teams#list-teams`,
}

export const everyRepository: Permission = {
  name: 'organization_administration:read as an organization owner, or an app installed for all repositories',
  why: 'Credentials see only some private repositories unless one of these holds; only then can the list be known to be whole.',
  url: `${page}/orgs/orgs#get-an-organization`,
}

export const membersAsOwner: Permission = {
  name: 'members:read',
  why: 'GitHub tells who has no second factor only to credentials with the rights of an organisation owner.',
  url: `${page}/orgs/members#list-organization-members`,
}

export const outsideCollaborators: Permission = {
  name: 'members:read',
  why: 'Lists the people outside of the organisation who have access to its repositories.',
  url: `${page}/orgs/outside-collaborators#list-outside-collaborators-for-an-organization`,
}

export const metadata: Permission = {
  name: 'metadata:read',
  why: 'Lists the repositories, their collaborators and the ruleset rules of a branch.',
  url: `${page}/repos/repos#list-organization-repositories`,
}

export const administration: Permission = {
  name: 'administration:read',
  why: 'Classic branch protection is shown only with this right; without it GitHub answers 403, or 404 as if it were not there.',
  url: `${page}/branches/branch-protection#get-branch-protection`,
}

export const scanningSettings: Permission = {
  name: 'administration:read',
  why: 'Which features scan a repository is shown only with this right.',
  url: `${page}/repos/repos#list-organization-repositories`,
}

export const contents: Permission = {
  name: 'contents:read',
  why: 'Shows whether a CODEOWNERS file is there and which of its lines GitHub cannot use.',
  url: `${page}/repos/repos#list-codeowners-errors`,
}
