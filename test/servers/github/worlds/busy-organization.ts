import { largeOrganization } from '../large-organization.ts'
import type { OrganizationSeed } from '../seed.ts'
import type { HistorySeed, PullSeed } from '../seed-changes.ts'

const DAY = 86_400_000
/** The quarter that everything happens in: the first of 2026. */
const FROM = Date.parse('2026-01-01T00:00:00Z')
const iso = (time: number) => new Date(time).toISOString().replace('.000Z', 'Z')

function historyOf(place: number, pulls: number, people: number): HistorySeed {
  const worker = (index: number) => `worker-${String((index % people) + 1).padStart(6, '0')}`
  const made = Array.from({ length: pulls }, (_, index): PullSeed => {
    const at = FROM + DAY + Math.floor(((index + (place % 10) / 10) / pulls) * 88 * DAY)
    const author = worker(place + index)
    const by = worker(place + index + 1)
    return {
      title: `Change ${index + 1}`,
      author,
      openedAt: iso(at - DAY),
      reviews: [{ author: by, submittedAt: iso(at - 3_600_000) }],
      checks: [{ name: 'build' }],
      merged: { at: iso(at), by },
    }
  })
  const push = {
    by: worker(place),
    at: iso(FROM + 40 * DAY),
    commits: [{ message: 'Fix', committedAt: iso(FROM + 40 * DAY) }],
  }
  return { pulls: made, ...(place % 50 === 0 && { pushes: [push] }) }
}

/**
 * An invented organisation with so many pull requests merged in each repository in the first quarter of 2026, each
 * approved by somebody else; and in every fiftieth repository a direct push. Histories are made when asked for.
 */
export function busyOrganization(repositories: number, pulls: number): OrganizationSeed {
  const large = largeOrganization(repositories)
  return {
    ...large,
    login: 'busy-robotics',
    id: 90_000_004,
    name: 'Busy Robotics (demo data)',
    repositories: large.repositories.map((one, place) => ({
      ...one,
      createdAt: '2025-01-10T08:00:00Z',
      history: () => historyOf(place, pulls, large.members.length),
    })),
  }
}
