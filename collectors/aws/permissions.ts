import type { Permission } from 'affiant/sdk'
import { operationOf, SERVICES } from './services.ts'

const REFERENCE = 'https://docs.aws.amazon.com/service-authorization/latest/reference/list_'

/**
 * An IAM action as the permission of a stream: `allow('iam:GetAccountSummary', 'Shows …')`. What the seam lets through is
 * made from these: an action that no stream declares is refused before it is sent.
 */
export function allow(action: `${string}:${string}`, why: string): Permission {
  const [service] = operationOf(action)
  return { name: action, why, url: `${REFERENCE}${SERVICES[service].page}.html` }
}
