import type { Fixture } from 'affiant/testing'

const user = (id: string, secondFactor: boolean) => ({ id, email: `${id}@example.com`, secondFactor })

export const fixture: Fixture = {
  folder: import.meta.dirname,
  config: { company: 'acme' },
  secrets: { token: 'made-up-ledgerly-token' },
  baseUrl: 'https://ledgerly.example.com/api/acme',
  routes: {
    '/company': { body: { id: 'acme', name: 'Acme Robotics' } },
    '/users?after=': { body: { users: [user('u1', true)], total: 2, next: 'u1' } },
    '/users?after=u1': { body: { users: [user('u2', false)], total: 2, next: null } },
  },
  records: { 'ledgerly.users': 2 },
  pages: { stream: 'ledgerly.users', first: '/users?after=', second: '/users?after=u1' },
  people: ['u1@example.com', 'u2@example.com'],
}
