/** A partition of AWS: its own accounts, names and sign-in. https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html */
export interface Partition {
  id: string
  /** Region that its global services are asked in. */
  globalRegion: string
}

/** The partition a region is in. */
export function partitionOf(region: string): Partition {
  if (region.startsWith('cn-')) return { id: 'aws-cn', globalRegion: 'cn-north-1' }
  if (region.startsWith('us-gov-')) return { id: 'aws-us-gov', globalRegion: 'us-gov-west-1' }
  return { id: 'aws', globalRegion: 'us-east-1' }
}
