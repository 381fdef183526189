/** The state of AWS's calendar that this list follows. */
export const VERSIONS_AS_OF = '2026-09-08'

/**
 * Versions of Kubernetes at EKS, with the days on which standard and extended support end.
 * Source: "Amazon EKS Kubernetes release calendar" of https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html
 * as read on {@link VERSIONS_AS_OF}; those it no longer has (1.28 and older) are as https://endoflife.date/amazon-eks keeps them.
 * A version that is newer than that is not here, and no verdict is given on it.
 */
export const SUPPORT_ENDS: Readonly<Record<string, { standard: string; extended: string }>> = {
  '1.23': { standard: '2023-10-11', extended: '2024-10-11' },
  '1.24': { standard: '2024-01-31', extended: '2025-01-31' },
  '1.25': { standard: '2024-05-01', extended: '2025-05-01' },
  '1.26': { standard: '2024-06-11', extended: '2025-06-11' },
  '1.27': { standard: '2024-07-24', extended: '2025-07-24' },
  '1.28': { standard: '2024-11-26', extended: '2025-11-26' },
  '1.29': { standard: '2025-03-23', extended: '2026-03-23' },
  '1.30': { standard: '2025-07-23', extended: '2026-07-23' },
  '1.31': { standard: '2025-11-26', extended: '2026-11-26' },
  '1.32': { standard: '2026-03-23', extended: '2027-03-23' },
  '1.33': { standard: '2026-07-29', extended: '2027-07-29' },
  '1.34': { standard: '2026-12-02', extended: '2027-12-02' },
  '1.35': { standard: '2027-03-27', extended: '2028-03-27' },
  '1.36': { standard: '2027-08-02', extended: '2028-08-02' },
}

/** Older than the list begins: support ended before. */
export function olderThanListed(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major < 1 || (major === 1 && minor < 23)
}
