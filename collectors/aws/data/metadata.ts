import { z } from 'affiant/sdk'

/** How the metadata service of a machine answers (IMDS). `null`: a launch template leaves it to the account. */
export const Metadata = z.strictObject({
  endpoint: z.string().nullable(),
  /** `required`: version 2 alone. */
  tokens: z.string().nullable(),
  hops: z.int().nullable(),
})
export type Metadata = z.output<typeof Metadata>

export function metadataOf(
  options:
    | {
        HttpEndpoint?: string | undefined
        HttpTokens?: string | undefined
        HttpPutResponseHopLimit?: number | undefined
      }
    | undefined,
): Metadata {
  return {
    endpoint: options?.HttpEndpoint ?? null,
    tokens: options?.HttpTokens ?? null,
    hops: options?.HttpPutResponseHopLimit ?? null,
  }
}

/** Whether credentials of the machine can be had from it without a token. */
export function takesNoToken({ endpoint, tokens }: Metadata): boolean {
  return endpoint !== 'disabled' && tokens !== 'required'
}
