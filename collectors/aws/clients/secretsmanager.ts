import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'

export const Client = SecretsManagerClient

/** What this collector asks of the service; all of them read. */
export const commands = {
  ListSecrets: ListSecretsCommand,
}
