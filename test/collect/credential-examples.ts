// Put together here, so that no scanner takes this file for a leak. All are made up.
const join = (...parts: readonly string[]) => parts.join('')

/** `count` letters and digits that look drawn by lot. */
const drawn = (count: number, letters = 'q7Rw2KxB9mTz4VnL8cYh3PfJ6sDgWa1E') =>
  Array.from({ length: count }, (_, i) => letters[(i * 7 + (i >> 3)) % letters.length]).join('')
const hex = (count: number) => drawn(count, '3fa9c17e0b62d854')
const alpha = (count: number) => drawn(count, 'qRwKxBmTzVnLcYhPfJsDgWaE')
const digits = (count: number) => drawn(count, '8305172946')

const pem = (label: string) =>
  `-----BEGIN ${label}-----\nMII${drawn(61)}\n${drawn(64)}\n${drawn(64)}\n-----END ${label}-----\n`
const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** What each rule is for: at least one credential it finds, by the rule's name. */
export const CREDENTIALS: Readonly<Record<string, readonly string[]>> = {
  aws: [join('AWS_SECRET', '_ACCESS_KEY=', drawn(40)), join('"secret', 'AccessKey": "', drawn(40), '"')],
  npm: [join('npm', '_', drawn(36)), join('git+https://', hex(40), ':x-oauth', '-basic@github.com/acme/api')],
  slack: [
    join('xo', 'xb-', digits(12), '-', drawn(24)),
    join('https://hooks.slack', '.com/services/T', drawn(8), '/B', drawn(8), '/', drawn(24)),
  ],
  basicauth: [join('https://', 'deploy:', drawn(20), '@ci.example.com/build')],
  openai: [join('sk-', drawn(20), 'T3Blbk', 'FJ', drawn(20))],
  anthropic: [join('sk-', 'ant-api03-', drawn(93), 'AA')],
  groq: [join('gsk', '_', drawn(52))],
  huggingface: [join('hf', '_', alpha(34))],
  linear: [join('lin', '_api_', drawn(40))],
  notion: [join('ntn', '_', digits(11), drawn(35))],
  privatekey: [pem(join('RSA PRIVATE', ' KEY')), pem(join('PRIVATE', ' KEY'))],
  sendgrid: [join('SG', '.', drawn(22), '.', drawn(43))],
  shopify: [join('shp', 'at_', hex(32))],
  stripe: [join('sk', '_live_', drawn(24)), join('rk', '_live_', drawn(40))],
  github: [join('gh', 'p_', drawn(36)), join('gh', 's_', drawn(36)), join('github', '_pat_', drawn(82))],
  gitlab: [join('gl', 'pat-', drawn(20))],
  grafana: [
    join('gl', 'sa_', drawn(32), '_', hex(8)),
    join('gl', 'c_', base64url({ o: '1', n: drawn(20), k: drawn(24) })),
  ],
  // Its JSON ends in a group of its own.
  '1password': [join('ops', '_', Buffer.from(`{"key":"${drawn(117)}"}`).toString('base64'))],
  'database-connection-string': [
    join('postgres://', 'app:', drawn(16), '@db.example.com:5432/app'),
    join('mongodb+srv://', 'app:', drawn(16), '@db.example.com/app'),
  ],
  'hashicorp-vault': [join('hv', 's.', drawn(96))],
  vercel: [join('vc', 'p_', drawn(40))],
  databricks: [join('da', 'pi', hex(32))],
  docker: [join('dckr', '_pat_', drawn(27))],
  figma: [join('fig', 'd_', drawn(43))],
  cloudflare: [join('cf', 'ut_', drawn(40), hex(8))],
  tailscale: [join('ts', 'key-auth-', drawn(12), '-', drawn(32))],
  'aws-access-key-id': [join('AK', 'IA', 'Q7RW2KXB9MTZ4VNL'), join('AS', 'IA', 'Q7RW2KXB9MTZ4VNL')],
  'github-token': [
    join('gh', 'o_', drawn(40)),
    join('gh', 's_', drawn(60)),
    join('github', '_pat_', drawn(22), '_', drawn(40)),
  ],
  'google-api-key': [join('AI', 'za', drawn(35))],
  'json-web-token': [join(base64url({ alg: 'HS256' }), '.', base64url({ sub: 'app' }), '.', drawn(43))],
  'model-api-key': [join('sk-', 'ant-', drawn(24)), join('sk-', drawn(48)), join('sk-', 'proj-', drawn(30))],
  'npm-auth-token': [join('//registry.example.com/:_auth', 'Token=', drawn(30))],
  'private-key': [
    join('-----BEGIN OPENSSH PRIVATE', ' KEY-----\n', drawn(20)),
    join('-----BEGIN EC PRIVATE', ' KEY-----'),
  ],
  'url-password': [
    join('redis://', ':', drawn(12), '@cache.example.com'),
    join('amqps://', 'app:pass', '@mq.example.com/v'),
  ],
}

/** Values of real evidence that must come through as they are. */
export const INNOCENT: Readonly<Record<string, string>> = {
  'git commit': hex(40),
  'SHA-256': hex(64),
  'SHA-256 with a name': `sha256:${hex(64)}`,
  'integrity of an npm package': `sha512-${drawn(86)}==`,
  UUID: '3fa9c17e-0b62-4854-9c17-e0b62d8543fa',
  'node id of GitHub': `R_kgDO${drawn(6)}`,
  'older node id of GitHub': 'MDEwOlJlcG9zaXRvcnkxMjk2MjY5',
  ARN: 'arn:aws:iam::123456789012:role/aws-service-role/support.amazonaws.com/AWSServiceRoleForSupport',
  'id of an AWS user': join('AI', 'DA', 'Q7RW2KXB9MTZ4VNL'),
  'id of an AWS role': join('AR', 'OA', 'Q7RW2KXB9MTZ4VNL'),
  'AWS account': 'account: 123456789012',
  URL: 'https://github.com/acme/api/pull/7?diff=split#L3',
  'URL with a port': 'https://vault.example.com:8200/v1/sys/health',
  'URL with a user only': 'ssh://git@git.example.com:2222/acme/api.git',
  'URL with a mail address behind the host': 'https://example.com:443/u/jo@example.com',
  'scp-like address': 'git@example.com:acme/api.git',
  token: 'person-abcdefghij234567',
  'ssh public key': `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${drawn(43)}`,
  'public key': `-----BEGIN PUBLIC KEY-----\n${drawn(64)}\n-----END PUBLIC KEY-----`,
  certificate: `-----BEGIN CERTIFICATE-----\n${drawn(64)}\n-----END CERTIFICATE-----`,
  'name of a permission': 'secret_access_keys:read',
  branch: 'task-1234-disk-quota-risk-sk-translations-for-2026',
  'language branch': 'sk-translations-for-the-whole-site-2026',
  instant: '2026-10-01T06:00:00.000Z',
  sentence: 'Every password is rotated: see https://wiki.example.com/rotation (token, secret, api_key).',
}
