import { AccountClient, GetAlternateContactCommand, ListRegionsCommand } from '@aws-sdk/client-account'

export const Client = AccountClient

/** What this collector asks of the service; all of them read. */
export const commands = {
  GetAlternateContact: GetAlternateContactCommand,
  ListRegions: ListRegionsCommand,
}
