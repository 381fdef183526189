/** GitHub's answers, built from the seed. */
export * from './shapes/branches.ts'
export * from './shapes/organization.ts'
export * from './shapes/people.ts'
export * from './shapes/protection.ts'
export * from './shapes/repository.ts'
