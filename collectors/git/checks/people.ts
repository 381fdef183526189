import { z } from 'affiant/sdk'

/** Mail addresses that config declares; compared in lower case, as records hold them. */
export const MailAddresses = z
  .array(
    z
      .string()
      .min(1)
      .transform((mail) => mail.trim().toLowerCase()),
  )
  .default([])
