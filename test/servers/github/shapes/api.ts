import type { RestEndpointMethodTypes } from '@octokit/rest'

/**
 * GitHub's answers, built from the seed. The types are those Octokit generates from GitHub's OpenAPI description
 * (https://github.com/github/rest-api-description), so a field that GitHub does not have does not compile.
 */
export type Api = RestEndpointMethodTypes
export type Data<Group extends keyof Api, Name extends keyof Api[Group]> = Api[Group][Name] extends {
  response: { data: infer Body }
}
  ? Body
  : never
export type ItemOf<List> = List extends readonly (infer Item)[] ? Item : never

/** Where web pages would be; no such host exists (RFC 2606). */
export const WEB = 'https://github.example.com'
export const CREATED = '2021-04-06T09:00:00Z'
export const UPDATED = '2026-03-02T09:30:00Z'

export const nodeId = (prefix: string, id: number | string) =>
  `${prefix}_${Buffer.from(`${prefix}:${id}`).toString('base64url')}`
