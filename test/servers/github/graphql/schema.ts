import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { dirname, join } from 'node:path'
import { buildASTSchema, type GraphQLSchema, parse } from 'graphql'

let built: GraphQLSchema | undefined

/**
 * GitHub's public GraphQL schema (npm `@octokit/graphql-schema`), made once per process when first asked for: it takes a
 * quarter of a second.
 */
export function githubSchema(): GraphQLSchema {
  if (built === undefined) {
    const manifest = findPackageJSON('@octokit/graphql-schema', import.meta.url)
    if (manifest === undefined) throw new Error('@octokit/graphql-schema is not installed')
    const document = parse(readFileSync(join(dirname(manifest), 'schema.graphql'), 'utf8'), { noLocation: true })
    built = buildASTSchema(document, { assumeValid: true, assumeValidSDL: true })
  }
  return built
}
