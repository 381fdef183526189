import type { Commit } from './commit.ts'
import { type Message, type Person, readMessage, type ReviewTrailer } from './message.ts'

/** What a change needs to know of a commit; its message is no longer there. */
export interface Note extends Omit<Commit, 'message'> {
  said: Message
}

export function noteOf(commit: Commit): Note {
  const { message: _, ...rest } = commit
  return { ...rest, said: readMessage(commit) }
}

/** A person whom a trailer names, and whether that is one of the authors. */
export interface Review {
  trailer: ReviewTrailer
  /** Mail address; null if the trailer gives none. */
  person: string | null
  /**
   * True if address or name are those of an author: people have several addresses. Null if neither is, but the trailer or
   * an author has no address: it could be another name of the same person.
   */
  byAuthor: boolean | null
}

/** Everybody who wrote some of these commits, in order of appearance. */
export function authorsOf(notes: readonly Note[]): Person[] {
  const people = new Map<string, Person>()
  for (const { author, said } of notes)
    for (const { name, mail } of [author, ...said.coAuthors]) people.set(`${mail}\t${name}`, { name, mail })
  return [...people.values()]
}

export function reviewsBy(note: Note, authors: readonly Person[]): Review[] {
  return note.said.reviews.map(({ trailer, name, mail }) => {
    const byAuthor = authors.some(
      (author) => (mail !== null && author.mail === mail) || (name !== null && author.name === name),
    )
    const known = mail !== null && authors.every((author) => author.mail !== null)
    return { trailer, person: mail, byAuthor: byAuthor || known ? byAuthor : null }
  })
}

/** Trailers whose named people, other than the authors, stand in every one of the commits. Empty for no commits. */
export function reviewedThroughout(notes: readonly Note[]): ReviewTrailer[] {
  const each = notes.map(
    (note) =>
      new Set(
        reviewsBy(note, authorsOf([note])).flatMap(({ trailer, byAuthor }) => (byAuthor === false ? [trailer] : [])),
      ),
  )
  return [...(each[0] ?? [])].filter((trailer) => each.every((trailers) => trailers.has(trailer)))
}
