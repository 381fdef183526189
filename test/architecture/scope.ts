import { visitorKeys } from 'oxc-parser'

/** A node of the ESTree that oxc-parser gives for TypeScript. */
export interface Node {
  type: string
  start: number
  [field: string]: unknown
}

/** An identifier that is bound nowhere in its file: a global. */
export interface GlobalUse {
  name: string
  node: Node
  /** The chain of nodes around it, innermost first. */
  parents: readonly Node[]
}

/** TypeScript nodes that hold a value; every other `TS…` node is a type or a declaration that leaves no code behind. */
const VALUE_WRAPPERS = new Set([
  'TSAsExpression',
  'TSNonNullExpression',
  'TSSatisfiesExpression',
  'TSTypeAssertion',
  'TSInstantiationExpression',
])

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'

/** The nodes of a field that holds one, a list (with holes) or none. */
export const nodesOf = (field: unknown): Node[] => [field].flat().filter(isNode)

function childrenOf(node: Node): Node[] {
  const keys = VALUE_WRAPPERS.has(node.type) ? ['expression'] : (visitorKeys[node.type] ?? [])
  return keys
    .filter((key) => !isName(node, key))
    .flatMap((key) => nodesOf(node[key]))
    .filter((child) => !child.type.startsWith('TS') || VALUE_WRAPPERS.has(child.type))
}

/** Whether this child is only a name (a property, a label, an import specifier), not a reference to a variable. */
function isName(node: Node, key: string): boolean {
  switch (node.type) {
    case 'MemberExpression':
      return key === 'property' && node['computed'] !== true
    case 'Property':
    case 'MethodDefinition':
    case 'PropertyDefinition':
    case 'AccessorProperty':
      return key === 'key' && node['computed'] !== true
    case 'LabeledStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
      return key === 'label'
    case 'ExportNamedDeclaration':
      return key === 'specifiers' && isNode(node['source'])
    case 'ExportSpecifier':
      return key === 'exported'
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'MetaProperty':
      return true
    default:
      return false
  }
}

/** Names a binding pattern declares. */
function boundBy(pattern: Node): string[] {
  switch (pattern.type) {
    case 'Identifier':
      return [String(pattern['name'])]
    case 'AssignmentPattern':
      return nodesOf(pattern['left']).flatMap(boundBy)
    case 'RestElement':
      return nodesOf(pattern['argument']).flatMap(boundBy)
    case 'Property':
      return nodesOf(pattern['value']).flatMap(boundBy)
    case 'ArrayPattern':
      return nodesOf(pattern['elements']).flatMap(boundBy)
    case 'ObjectPattern':
      return nodesOf(pattern['properties']).flatMap(boundBy)
    default:
      return []
  }
}

const isFunction = (node: Node): boolean =>
  /^(?:FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type)

/** `var` declarations below a node, not looking into nested functions. */
function varsBelow(node: Node): string[] {
  const own =
    node.type === 'VariableDeclaration' && node['kind'] === 'var'
      ? nodesOf(node['declarations']).flatMap((declarator) => nodesOf(declarator['id']).flatMap(boundBy))
      : []
  return [...own, ...childrenOf(node).flatMap((child) => (isFunction(child) ? [] : varsBelow(child)))]
}

function declaredBy(statement: Node): string[] {
  switch (statement.type) {
    case 'VariableDeclaration':
      return nodesOf(statement['declarations']).flatMap((declarator) => nodesOf(declarator['id']).flatMap(boundBy))
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
      return nodesOf(statement['id']).flatMap(boundBy)
    case 'ImportDeclaration':
      return nodesOf(statement['specifiers']).flatMap((specifier) => nodesOf(specifier['local']).flatMap(boundBy))
    case 'ExportNamedDeclaration':
      return nodesOf(statement['declaration']).flatMap(declaredBy)
    default:
      return []
  }
}

/** Names that come into being with this node, visible in everything below it. */
function bindingsOf(node: Node): string[] {
  if (isFunction(node)) {
    const body = nodesOf(node['body']).flatMap(varsBelow)
    const self = node.type === 'ArrowFunctionExpression' ? [] : ['arguments', ...nodesOf(node['id']).flatMap(boundBy)]
    return [...nodesOf(node['params']).flatMap(boundBy), ...body, ...self]
  }
  switch (node.type) {
    case 'Program':
      return [...nodesOf(node['body']).flatMap(declaredBy), ...varsBelow(node)]
    case 'BlockStatement':
    case 'StaticBlock':
      return nodesOf(node['body']).flatMap(declaredBy)
    case 'SwitchStatement':
      return nodesOf(node['cases']).flatMap((branch) => nodesOf(branch['consequent']).flatMap(declaredBy))
    case 'ForStatement':
      return nodesOf(node['init']).flatMap(declaredBy)
    case 'ForInStatement':
    case 'ForOfStatement':
      return nodesOf(node['left']).flatMap(declaredBy)
    case 'CatchClause':
      return nodesOf(node['param']).flatMap(boundBy)
    case 'ClassExpression':
      return nodesOf(node['id']).flatMap(boundBy)
    default:
      return []
  }
}

/** Every use of a name that the file does not bind, with types left out: `fetch()` counts, `context.fetch()` and `(fetch) => fetch()` do not. */
export function globalUses(program: Node): GlobalUse[] {
  const uses: GlobalUse[] = []
  const visit = (node: Node, bound: ReadonlySet<string>, parents: readonly Node[]): void => {
    const here = bindingsOf(node)
    const visible = here.length === 0 ? bound : new Set([...bound, ...here])
    if (node.type === 'Identifier') {
      const name = String(node['name'])
      if (!visible.has(name)) uses.push({ name, node, parents })
      return
    }
    for (const child of childrenOf(node)) visit(child, visible, [node, ...parents])
  }
  visit(program, new Set(), [])
  return uses
}
