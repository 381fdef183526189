const inspect = Symbol.for('nodejs.util.inspect.custom')

/** A credential. Prints as `[secret]` in every way; only {@link Secret.reveal} gives the value, at the call that needs it. */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  /** The value itself. Pass it straight to the vendor's SDK; never store it. */
  reveal(): string {
    return this.#value
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }

  get [Symbol.toStringTag](): string {
    return 'Secret'
  }

  [Symbol.toPrimitive](): string {
    return '[secret]'
  }

  [inspect](): string {
    return '[secret]'
  }
}
