import { plural } from 'affiant/sdk'
import { ESCALATION_WAYS } from './iam-escalation.ts'
import type { PolicyStatement } from './iam-policy.ts'

/** What a principal may do: the statements of its policies, and those of its permissions boundary if it has one. */
export interface Rights {
  statements: readonly PolicyStatement[]
  /** `undefined`: no boundary, or one whose document is not known; it is then taken to bound nothing. */
  boundary?: readonly PolicyStatement[] | undefined
}

/** Why a principal is privileged: `*` on `*`, or a way to get there. `undefined`: it is not. */
export function privilegeOf(rights: Rights): { kind: 'administrator' | 'escalation'; how: string } | undefined {
  if (isFullAdministrator(rights)) return { kind: 'administrator', how: 'may do everything (*:*)' }
  const ways = ESCALATION_WAYS.filter(({ actions }) => actions.every((action) => allowsWidely(rights, action)))
  const [first] = ways
  if (first === undefined) return undefined
  const more = ways.length === 1 ? '' : ` and ${plural(ways.length - 1, 'more way')}`
  return { kind: 'escalation', how: `can become an administrator by ${first.id}${more}` }
}

/** All actions on all resources, whatever the conditions: who meets them is an administrator. */
export function grantsEverything(statement: PolicyStatement): boolean {
  const { effect, actions, resources, notActions, notResources } = statement
  // All but some actions is all, unless who may change rights is among the exceptions.
  const all =
    actions.some((action) => /^\*+(?::\*+)?$/.test(action)) || (notActions.length > 0 && mayChangeRights(statement))
  return effect === 'Allow' && all && (notResources.length > 0 || resources.some(isEverything))
}

const mayChangeRights = (statement: PolicyStatement) =>
  ['iam:AttachUserPolicy', 'iam:CreatePolicyVersion', 'iam:PutRolePolicy'].every((action) => covers(statement, action))

function isFullAdministrator({ statements, boundary }: Rights): boolean {
  return statements.some(grantsEverything) && (boundary === undefined || boundary.some(grantsEverything))
}

/**
 * Whether an action is allowed on everything or on all of a kind. A statement on single resources does not count, nor one
 * that a condition binds to them. A denial counts if nothing limits it. Service control policies are not looked at.
 */
export function allowsWidely({ statements, boundary }: Rights, action: string): boolean {
  const allowed = (list: readonly PolicyStatement[]) =>
    list.some((one) => one.effect === 'Allow' && covers(one, action) && isWide(one) && !isBound(one)) &&
    !list.some((one) => one.effect === 'Deny' && covers(one, action) && isDenied(one, action))
  return allowed(statements) && (boundary === undefined || allowed(boundary))
}

function covers({ actions, notActions }: PolicyStatement, action: string): boolean {
  if (notActions.length > 0) return !notActions.some((pattern) => matches(pattern, action))
  return actions.some((pattern) => matches(pattern, action))
}

/** `*`, and ARNs that hold nothing else: an asterisk at the end stands for colons as well. */
const isEverything = (resource: string) => /^(?:\*+|arn:\*+|arn:[^:]*:[*:]*\*)$/.test(resource)

/** `*`, or all of a kind: `arn:aws:iam::111122223333:role/*`, `arn:aws:lambda:*:*:function:*`. */
function isWide({ resources, notResources }: PolicyStatement): boolean {
  if (notResources.length > 0) return true
  return resources.some(
    (resource) => isEverything(resource) || /^arn:(?:[^:]*:){1,4}(?:[\w-]+[:/])?\*+$/.test(resource),
  )
}

/** A denial without exceptions: of everything, of the whole service, or of the kind of resource that the action names. */
function isDenied({ resources, notResources, conditions }: PolicyStatement, action: string): boolean {
  if (conditions.length > 0 || notResources.length > 0) return false
  const [service = '', name = ''] = action.toLowerCase().split(':')
  return resources.some((resource) => {
    if (isEverything(resource)) return true
    const [, of, kind] = /^arn:[^:]*:([^:]*):(?:[^:]*:){0,2}(?:([\w-]+)[:/])?\*+$/.exec(resource.toLowerCase()) ?? []
    return of === service && (kind === undefined || name.includes(kind))
  })
}

/** Keys of conditions that bind a statement to single resources, policies or boundaries. */
const BINDING =
  /^(?:aws:resourcetag\/|iam:resourcetag\/|ssm:resourcetag\/|ec2:resourcetag\/|iam:permissionsboundary$|iam:policyarn$)/

function isBound({ conditions }: PolicyStatement): boolean {
  return conditions.some(
    ({ operator, key, values }) =>
      !/Not|Null|IfExists|ForAllValues/i.test(operator) && BINDING.test(key) && values?.includes('*') !== true,
  )
}

/**
 * Whether a pattern of a policy covers an action: `*` stands for anything, `?` for one character, cases are one.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
 */
export function matches(pattern: string, action: string): boolean {
  const [text, wanted] = [pattern.toLowerCase(), action.toLowerCase()]
  let star = -1
  let resume = 0
  let at = 0
  for (let index = 0; index < wanted.length; ) {
    if (at < text.length && text[at] !== '*' && (text[at] === '?' || text[at] === wanted[index])) {
      at += 1
      index += 1
    } else if (text[at] === '*') {
      star = at
      at += 1
      resume = index
    } else if (star !== -1) {
      at = star + 1
      resume += 1
      index = resume
    } else return false
  }
  return /^\**$/.test(text.slice(at))
}
