/** The shortest prefix that may still be one network: no private range is shorter than 10.0.0.0/8. */
const SHORTEST_IPV4 = 8
/** No registry hands out more than this at once; what is local to a site or a link is shorter and not the internet. */
const SHORTEST_IPV6 = 16
const LOCAL_IPV6 = /^f[cdef]/i

/**
 * Whether a range of addresses is the internet or a large part of it: `0.0.0.0/0`, and also `0.0.0.0/1`, as two halves
 * are the whole. Anything that is no range (an id of a group or a prefix list) is not.
 */
export function isWideRange(range: string): boolean {
  const [, address = '', bits = ''] = /^([\da-f.:]+)\/(\d{1,3})$/i.exec(range) ?? []
  if (address === '') return false
  if (!address.includes(':')) return Number(bits) < SHORTEST_IPV4
  return Number(bits) < SHORTEST_IPV6 && !LOCAL_IPV6.test(address)
}

/** Whether it is every address of its kind. */
export function isWholeInternet(range: string): boolean {
  return /^(?:0\.0\.0\.0|[0:]*::)\/0$/.test(range)
}
