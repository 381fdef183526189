import { hex } from './answer.ts'
import { occupied } from './occupied.ts'
import { tidyOrganization } from './organization.ts'
import { ROLE, tidyAccount, tidyRole, tidyUser } from './tidy-account.ts'
import { REGIONS, type World } from './world.ts'

/** A small organisation in which every check passes; `alone`: of one account in one region. */
export function wellKept(at: Date, alone = false): World {
  return occupied(
    tidyOrganization({
      at,
      accounts: [{ id: '111122223333', name: 'management' }, ...(alone ? [] : [{ id: '222233334444', name: 'shop' }])],
      regions: alone ? ['us-east-1'] : ['eu-west-1', 'us-east-1'],
    }),
  )
}

/** One account of that many IAM users and roles in one region, outside any organisation. */
export function largeAccount({ at, users, roles }: { at: Date; users: number; roles: number }): World {
  const id = '444455556666'
  const account = tidyAccount({ id, name: 'large', at, regions: ['us-east-1'] })
  const numbered = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${prefix}-${String(index).padStart(4, '0')}`)
  account.users = numbered('worker', users).map((name) => tidyUser(id, name, at))
  // The role that reads the account is one of them.
  const own = account.roles.filter(({ RoleName }) => RoleName === ROLE)
  const jobs = numbered('job', roles - own.length).map((name) =>
    tidyRole(id, name, at, {
      Effect: 'Allow',
      Principal: { Service: 'lambda.amazonaws.com' },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'aws:SourceAccount': id } },
    }),
  )
  account.roles = [...own, ...jobs]
  return {
    at,
    partition: 'aws',
    regions: REGIONS,
    accounts: new Map([[id, account]]),
    reports: [],
    home: id,
    roleName: ROLE,
  }
}

/** That many accounts in all 17 regions which are on from the start; `resources` are what an aggregator sees in all. */
export function bigOrganization({
  at,
  accounts,
  resources = 0,
}: {
  at: Date
  accounts: number
  resources?: number
}): World {
  const world = tidyOrganization({
    at,
    accounts: Array.from({ length: accounts }, (_, index) => ({
      id: String(500_000_000_000 + index),
      name: `team-${index}`,
    })),
    regions: REGIONS.filter(({ optIn }) => !optIn).map(({ name }) => name),
  })
  const all = [...world.accounts.values()].flatMap((account) =>
    [...account.regions.values()].map((region) => ({ account, region })),
  )
  for (let index = 0; index < resources; index++) {
    const place = all[index % all.length]
    if (place === undefined) break
    const id = `vol-${hex(`resource ${index}`, 17)}`
    place.region.resources.push({
      resourceId: id,
      resourceType: 'AWS::EC2::Volume',
      arn: `arn:aws:ec2:${place.region.name}:${place.account.id}:volume/${id}`,
      tags: [],
      configuration: { encrypted: true, size: 20 },
    })
  }
  return world
}
