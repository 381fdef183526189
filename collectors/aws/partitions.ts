/** A partition of AWS: its own accounts, names and sign-in. https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html */
export interface Partition {
  id: string
  /** Region that its global services are asked in. */
  globalRegion: string
  /** What the names of its hosts end with. */
  suffix: string
}

/**
 * Those that customers can sign up for, by how the codes of their regions begin, as the SDK has them (3.1169). For China it names
 * `cn-northwest-1` as global; IAM answers from `cn-north-1` there, and the SDK sends each service to its own.
 */
const OTHERS: readonly (Partition & { begins: string })[] = [
  { begins: 'cn-', id: 'aws-cn', globalRegion: 'cn-north-1', suffix: 'amazonaws.com.cn' },
  { begins: 'us-gov-', id: 'aws-us-gov', globalRegion: 'us-gov-west-1', suffix: 'amazonaws.com' },
  { begins: 'eusc-', id: 'aws-eusc', globalRegion: 'eusc-de-east-1', suffix: 'amazonaws.eu' },
]
const COMMERCIAL: Partition = { id: 'aws', globalRegion: 'us-east-1', suffix: 'amazonaws.com' }

/** The partition a region is in. */
export function partitionOf(region: string): Partition {
  return OTHERS.find(({ begins }) => region.startsWith(begins)) ?? COMMERCIAL
}
