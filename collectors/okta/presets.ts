import { z } from 'affiant/sdk'

const PRESETS = ['standard', 'stig'] as const
export type Preset = (typeof PRESETS)[number]

/** A param of checks that have stricter thresholds in the Okta STIG (V1R2). A threshold that is given counts, whatever the preset. */
export const preset = z
  .enum(PRESETS)
  .default('standard')
  .describe('Thresholds where none is given: standard, or stig for those of the Okta STIG.')

/** The threshold in force: the one given, otherwise that of the preset. */
export function threshold(given: number | undefined, chosen: Preset, values: Readonly<Record<Preset, number>>): number {
  return given ?? values[chosen]
}
