/** RFC 4180, and nothing else. */
export function parseCsv(text: string): string[][] {
  const records: string[][] = []
  let cells: string[] = []
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy
  for (let found = cell.exec(text); found !== null; found = cell.exec(text)) {
    const [, quoted, plain = '', end] = found
    cells.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
    if (end !== ',') {
      records.push(cells)
      cells = []
    }
    if (cell.lastIndex === text.length) return records
  }
  throw new Error('not RFC 4180')
}
