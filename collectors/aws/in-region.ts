import { quoted, type Scope } from 'affiant/sdk'

/** Says the commands of AWS's own tool for the region of a scope, `<account>/<region>`. */
export function inRegion(commands: string): (scope: Scope) => string {
  return ({ id }) => {
    const region = quoted(id.slice(id.indexOf('/') + 1))
    return commands.replaceAll(/\baws (?=[a-z0-9])/g, () => `aws --region ${region} `)
  }
}
