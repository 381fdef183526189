import { raw, html as template } from 'hono/html'

/** A piece of HTML in which everything that did not come from our own template is escaped. */
export type Html = Extract<Awaited<ReturnType<typeof template>>, object>

/** What may stand in a template. Text is escaped; what is absent gives nothing. */
export type Part = Html | string | number | false | undefined | readonly Part[]

/** hono's tagged template, which escapes by default, for templates that wait for nothing. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  const made = template(strings, ...parts)
  if (made instanceof Promise) throw new TypeError('a template holds a promise')
  return made
}

/** Text in which there is nothing to escape, which the caller knows. */
export function unescaped(text: string): Html {
  return raw(text)
}
