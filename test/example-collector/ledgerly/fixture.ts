import type { Fixture } from 'affiant/testing'

export const fixture: Fixture = {
  folder: import.meta.dirname,
  config: { company: 'acme' },
  secrets: { token: 'made-up-ledgerly-token' },
  baseUrl: 'https://ledgerly.example.com/api/acme',
  routes: {
    '/company': { body: { id: 'acme', name: 'Acme Robotics' } },
    '/users?after=': {
      body: { users: [{ id: 'u1', email: 'ada@example.com', secondFactor: true }], total: 2, next: 'u1' },
    },
    '/users?after=u1': {
      body: { users: [{ id: 'u2', email: 'lin@example.com', secondFactor: false }], total: 2, next: null },
    },
  },
  records: { 'ledgerly.users': 2 },
  pages: { stream: 'ledgerly.users', first: '/users?after=', second: '/users?after=u1' },
  people: ['ada@example.com', 'lin@example.com'],
}
