import type { HistorySeed } from '../seed-changes.ts'
import { daysAgo } from './days.ts'

const green = [{ name: 'build' }, { name: 'security-scan' }]

/** Merged by the book: approved by two others, checks passed, by a third person. */
const good = (number: number, days: number, author: string, title: string) => ({
  number,
  title,
  author,
  openedAt: daysAgo(days, '08:00:00'),
  reviews: [
    { author: 'hazel-marten', submittedAt: daysAgo(days, '11:00:00') },
    { author: 'indigo-crane', submittedAt: daysAgo(days, '12:30:00') },
  ],
  checks: green,
  closes: [number - 1],
  merged: { at: daysAgo(days, '14:05:00'), by: 'jade-tortoise' },
})

const gitops = { environment: 'production', creator: 'deploy-bot[bot]' }

/** What happened in repositories of acme-robotics in the last weeks, by name; good and bad side by side. */
export const acmeChanges: Readonly<Record<string, HistorySeed>> = {
  'arm-firmware': {
    pulls: [
      good(12, 40, 'golden-ibis', 'ARM-301 Limit the torque of joint two'),
      good(18, 21, 'khaki-stoat', 'ARM-317 Watchdog for the encoder'),
      good(22, 6, 'golden-ibis', 'ARM-320 Faster homing'),
      {
        number: 23,
        title: 'ARM-322 Try another controller',
        author: 'lilac-wombat',
        openedAt: daysAgo(5),
        draft: true,
        requested: ['hazel-marten'],
        checks: [{ name: 'build', conclusion: null }],
      },
    ],
  },
  'payments-api': {
    pulls: [
      good(44, 33, 'teal-walrus', 'PAY-88 Retry on time-outs'),
      {
        number: 47, // bad: approved, then pushed to again
        title: 'PAY-91 Round half to even',
        author: 'umber-newt',
        openedAt: daysAgo(19, '08:00:00'),
        commits: [
          { message: 'Round half to even', committedAt: daysAgo(19, '08:00:00') },
          { message: 'And log it', committedAt: daysAgo(18, '16:00:00') },
        ],
        reviews: [{ author: 'teal-walrus', submittedAt: daysAgo(18, '09:00:00') }],
        checks: green,
        merged: { at: daysAgo(18, '16:20:00'), by: 'umber-newt', method: 'merge' },
      },
      {
        number: 49, // bad: nobody looked at it, an owner merged past the rules
        title: 'Hotfix',
        author: 'ember-fox',
        openedAt: daysAgo(9, '23:01:00'),
        checks: [{ name: 'build', conclusion: 'failure' }, { name: 'security-scan' }],
        merged: {
          at: daysAgo(9, '23:04:00'),
          by: 'ember-fox',
          bypass: { rules: ['pull_request'] },
        },
      },
      {
        number: 50,
        title: 'Bump tokio',
        author: 'dependabot[bot]',
        openedAt: daysAgo(4, '03:00:00'),
        reviews: [{ author: 'umber-newt', submittedAt: daysAgo(4, '09:00:00') }],
        checks: green,
        statuses: [
          { context: 'ci/legacy', state: 'success', createdAt: daysAgo(4, '03:20:00'), creator: 'blue-heron' },
        ],
        merged: { at: daysAgo(4, '09:30:00'), by: 'umber-newt', method: 'rebase' },
      },
    ],
    pushes: [
      {
        by: 'teal-walrus', // bad: past the pull request
        at: daysAgo(14, '18:40:00'),
        commits: [{ message: 'Turn off the ledger check', committedAt: daysAgo(14, '18:39:00') }],
        bypass: { rules: ['pull_request'] },
      },
    ],
    refused: [{ by: 'umber-newt', at: daysAgo(11, '10:10:00'), rules: ['non_fast_forward'] }],
    deployments: [
      { ...gitops, pull: 44, createdAt: daysAgo(33, '15:00:00'), approvals: [{ by: 'pearl-dolphin' }] },
      { ...gitops, pull: 47, createdAt: daysAgo(18, '17:00:00'), approvals: [{ by: 'umber-newt' }] }, // bad: own change
      { ...gitops, pull: 49, createdAt: daysAgo(9, '23:06:00') }, // bad: nobody approved
      {
        ...gitops,
        environment: 'staging',
        createdAt: daysAgo(4, '10:00:00'),
        statuses: [
          { state: 'in_progress', at: daysAgo(4, '10:00:10') },
          { state: 'failure', at: daysAgo(4, '10:03:00') },
        ],
      },
    ],
  },
  infrastructure: {
    pulls: [
      good(71, 28, 'navy-gecko', 'OPS-12 Rotate the certificates'),
      good(73, 12, 'olive-raven', 'OPS-19 Larger nodes'),
    ],
    deployments: [
      {
        ...gitops,
        pull: 73,
        createdAt: daysAgo(12, '16:00:00'),
        approvals: [{ by: 'maroon-puffin', comment: 'seen' }],
      },
    ],
  },
  'ops-scripts': {
    // Not protected: everything goes straight to main.
    pushes: [
      { by: 'denim-toad', at: daysAgo(30), commits: [{ message: 'Clean up', committedAt: daysAgo(30) }] },
      {
        by: 'coral-squid',
        at: daysAgo(3),
        commits: [
          { message: 'Part one', committedAt: daysAgo(4) },
          { message: 'Part two', committedAt: daysAgo(3) },
        ],
      },
    ],
  },
  docs: { pulls: [good(5, 15, 'quartz-beetle', 'Describe the gripper')] },
}
