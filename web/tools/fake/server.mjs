// A fake of the server in memory, for work on the console: it answers the operations of api/openapi.yaml, serves
// dist with the real policy, and can be made slow or broken (?slow, FAKE_FAIL). Not used by the product.
import { createServer } from 'node:http';
import { existsSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { activity, connections, organizations, ref, runs, users } from './data.mjs';

const DIST = new URL('../../dist', import.meta.url).pathname;
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'";
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2', '.json': 'application/json' };
const iso = (at = Date.now()) => new Date(at).toISOString().slice(0, 19) + 'Z';
const ORDER = ['STAGED', 'PROVISIONED', 'ACTIVE', 'RECOVERY', 'AWAITING_NEW_PASSWORD', 'LOCKED_OUT', 'SUSPENDED', 'DELETED'];
const SESSION = 'tenantry_session=fake';
const COOKIE = { 'Set-Cookie': `${SESSION}; HttpOnly; SameSite=Strict; Path=/` };
const streams = new Set();

class Refusal extends Error {
  constructor(status, type, detail, pointer) {
    super(detail);
    this.body = { type: `urn:tenantry:problem:${type}`, title: type, status, detail, request_id: '7c1e-5d42', ...(pointer ? { pointer } : {}) };
  }
}
const findOrganization = (key) => organizations.find((o) => o.id === key || o.slug === key);
function organizationOr404(key) {
  const found = findOrganization(key);
  if (!found) throw new Refusal(404, 'not-found', 'There is no such organization in your scope.');
  return found;
}
const below = (organization, scope) => !scope || organization.id === scope.id || organization.chain.includes(scope.id);

function completeness(scope) {
  const by = new Map();
  const rank = { current: 0, never_read: 1, stale: 2, unreachable: 3 };
  for (const c of connections.filter((x) => below(x.organization, scope))) {
    const was = by.get(c.organization.id);
    if (!was || rank[c.state] > rank[was.state]) by.set(c.organization.id, c);
  }
  const all = [...by.values()];
  const of = (state) => all.filter((c) => c.state === state);
  const oldest = (list, key) => list.map((c) => c[key]).filter(Boolean).sort()[0] ?? null;
  return {
    list: all,
    summary: {
      organizations: all.length, current: of('current').length, stale: of('stale').length, unreachable: of('unreachable').length, never_read: of('never_read').length,
      oldest_as_of: oldest(all, 'last_sync_at'), stale_since: oldest(of('stale'), 'last_sync_at'), unreachable_since: oldest(of('unreachable'), 'since'),
    },
  };
}

function withCounts(organization) {
  const mine = users.filter((u) => u.chain.includes(organization.id));
  const status_counts = {};
  const mfa_counts = { enrolled: 0, not_enrolled: 0, unknown: 0 };
  for (const u of mine) {
    status_counts[u.status] = (status_counts[u.status] ?? 0) + 1;
    mfa_counts[mfaOf(u)] += 1;
  }
  const own = connections.filter((c) => c.organization === organization);
  const under = connections.filter((c) => below(c.organization, organization));
  const { summary } = completeness(organization);
  const state = ['unreachable', 'stale', 'never_read', 'current'].find((s) => summary[s] > 0) ?? 'none';
  const first = under.length === 1 ? under[0] : null;
  const { chain, ...plain } = organization;
  return {
    ...plain, children: organizations.filter((o) => o.parent === organization.id).length, users: mine.length, status_counts, mfa_counts, alerts: mine.filter((u) => u.alerts.length).length,
    directories: under.length, connections: own.map(brief),
    health: {
      state, since: first?.since ?? null, as_of: summary.oldest_as_of, error: first?.error ?? null, organizations: summary.organizations, current: summary.current, stale: summary.stale,
      unreachable: summary.unreachable, never_read: summary.never_read, held_deletions: under.reduce((n, c) => n + c.held_deletions, 0),
    },
  };
}
const usersOf = (connection) => users.filter((u) => u.connection === connection.id).length;
const brief = ({ id, name, connector, state, since, error, last_sync_at, held_deletions, ...c }) => ({ id, name, connector, state, since, error, last_sync_at, users: usersOf({ id, ...c }), held_deletions });
const whole = (c) => ({ ...c, organization: ref(c.organization), users: usersOf(c), first_run: null });
const mfaOf = (u) => (u.mfa.enrolled === null ? 'unknown' : u.mfa.enrolled ? 'enrolled' : 'not_enrolled');
const plainUser = ({ chain, ...u }) => u;

const FIELD = {
  organization: (u) => [u.organization.id, u.organization.slug], status: (u) => [u.status], role: (u) => u.roles, connector: (u) => [u.connector], connection: (u) => [u.connection], alerts: (u) => u.alerts,
};
/** Only what the console writes: conjunctions of (alternatives of) field eq "value" and the mfa forms. */
function matches(filter) {
  if (!filter) return () => true;
  const one = (text) => {
    const t = text.trim().replace(/^\((.*)\)$/, '$1');
    if (t === 'mfa.enrolled eq true') return (u) => u.mfa.enrolled === true;
    if (t === 'mfa.enrolled eq false') return (u) => u.mfa.enrolled === false;
    if (t.startsWith('not (mfa.enrolled pr')) return (u) => u.mfa.enrolled === null;
    const m = /^(\w+) eq "(.*)"$/.exec(t);
    if (!m || !FIELD[m[1]]) throw new Refusal(400, 'invalid-argument', `The filter is not understood at '${t}'.`, '?filter');
    return (u) => FIELD[m[1]](u).includes(m[2]);
  };
  const parts = filter.split(/ and (?![^(]*\))/).map((part) => {
    const alternatives = (part.startsWith('(') ? part.slice(1, -1) : part).split(' or ').map(one);
    return (u) => alternatives.some((f) => f(u));
  });
  return (u) => parts.every((f) => f(u));
}
const KEY = { status: (u) => ORDER.indexOf(u.status), mfa: (u) => mfaOf(u), role: (u) => u.roles[0], organization: (u) => u.organization.name, alerts: (u) => u.alerts.length };
function sorted(list, sort = '-modified_at') {
  const keys = sort.split(',').map((k) => (k.startsWith('-') ? [k.slice(1), -1] : [k, 1]));
  return [...list].sort((a, b) => {
    for (const [k, sign] of keys) {
      const f = KEY[k] ?? ((u) => u[k]);
      const x = f(a) ?? '';
      const y = f(b) ?? '';
      if (x < y) return -sign;
      if (x > y) return sign;
    }
    return a.id < b.id ? -1 : 1;
  });
}
function facet(list, name, filter) {
  const rest = filter?.split(/ and (?![^(]*\))/).filter((part) => !part.replace(/^\(?(not \()?/, '').startsWith(name === 'mfa' ? 'mfa' : `${name} `)).join(' and ');
  const counts = new Map();
  for (const u of list.filter(matches(rest))) for (const v of name === 'mfa' ? [mfaOf(u)] : FIELD[name](u).slice(0, name === 'organization' ? 1 : undefined)) counts.set(v, (counts.get(v) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).slice(0, 200).map(([value, count]) => {
    const label = name === 'organization' ? findOrganization(value).name : name === 'connection' ? connections.find((c) => c.id === value).name : undefined;
    return { value, count, ...(label ? { label } : {}) };
  });
}
function listUsers(q) {
  const scope = q.get('scope') ? organizationOr404(q.get('scope')) : null;
  const inScope = users.filter((u) => !scope || u.chain.includes(scope.id));
  const text = (q.get('q') ?? '').toLowerCase();
  const found = inScope.filter((u) => !text || `${u.username} ${u.display_name} ${u.email} ${u.native_id}`.toLowerCase().includes(text));
  const filter = q.get('filter') ?? undefined;
  const all = sorted(found.filter(matches(filter)), q.get('sort') ?? undefined);
  const offset = Number(q.get('offset') ?? 0);
  const names = (q.get('facets') ?? '').split(',').filter(Boolean);
  return {
    items: all.slice(offset, offset + Number(q.get('limit') ?? 100)).map(plainUser), total: all.length, scope_total: inScope.length, next_cursor: null,
    ...(names.length ? { facets: Object.fromEntries(names.map((n) => [n, facet(found, n, filter)])) } : {}), completeness: completeness(scope).summary, as_of: iso(),
  };
}
function listOrganizations(q) {
  const scope = q.get('scope') ? organizationOr404(q.get('scope')) : null;
  const text = (q.get('q') ?? '').toLowerCase();
  let list = organizations.filter((o) => below(o, scope));
  if (text) {
    const hit = new Set(list.filter((o) => o.name.toLowerCase().includes(text)).flatMap((o) => (q.get('mode') === 'tree' ? [o.id, ...o.chain] : [o.id])));
    list = list.filter((o) => hit.has(o.id));
  }
  if (q.get('mode') !== 'tree') list = [...list].sort((a, b) => a.name.localeCompare(b.name));
  const offset = Number(q.get('offset') ?? 0);
  const base = scope?.depth ?? 0;
  const items = list.slice(offset, offset + Number(q.get('limit') ?? 100)).map((o) => ({ ...withCounts(o), depth: o.depth - base, ...(text ? { matched: o.name.toLowerCase().includes(text) } : {}) }));
  return { items, total: list.length, completeness: completeness(scope).summary };
}

const RULES = {
  unlock: [['LOCKED_OUT'], 'Not locked out'], suspend: [['ACTIVE', 'RECOVERY', 'AWAITING_NEW_PASSWORD', 'LOCKED_OUT', 'PROVISIONED'], 'Already suspended'], unsuspend: [['SUSPENDED'], 'Not suspended'],
  revoke_sessions: null, reset_password: [['ACTIVE', 'AWAITING_NEW_PASSWORD', 'RECOVERY', 'LOCKED_OUT'], 'Not active'], force_password_change: [['ACTIVE', 'RECOVERY'], 'Not active'],
  reset_mfa: null, require_mfa: null, waive_mfa: null, force_federated: null, allow_password: null, activate: [['STAGED'], 'Not staged'], resend_invite: [['PROVISIONED'], 'No open invitation'],
  revoke_invite: [['PROVISIONED'], 'No open invitation'], edit: [ORDER.slice(0, 7), 'Deleted'], add_to_group: null, remove_from_group: null, assign_role: null, restore: [['DELETED'], 'Not deleted'], delete: [ORDER.slice(0, 7), 'Already deleted'],
};
function eligibility(u) {
  return Object.entries(RULES).map(([action, rule]) => {
    const no = (code, short, detail) => ({ action, allowed: false, reason: { code, short, detail }, emulated: null });
    if (!rule) return no('connector_cannot', `${u.connector.split('.').at(-1).toUpperCase()} cannot`, 'This directory has nothing that could do this.');
    if (u.connection_name === 'WordPress' && action === 'suspend') return no('connector_cannot', 'WordPress cannot', 'WordPress has no suspended state; its users can only be deleted.');
    return rule[0].includes(u.status) ? { action, allowed: true, reason: null, emulated: null } : no('wrong_state', rule[1], `The user is ${u.status}.`);
  });
}
const RESULT = { unlock: 'ACTIVE', suspend: 'SUSPENDED', unsuspend: 'ACTIVE', force_password_change: 'AWAITING_NEW_PASSWORD', reset_password: 'RECOVERY', delete: 'DELETED', restore: 'PROVISIONED', activate: 'PROVISIONED', revoke_invite: 'STAGED', resend_invite: 'PROVISIONED' };
function act(u, action, body) {
  const may = eligibility(u).find((e) => e.action === action);
  const connection = connections.find((c) => c.id === u.connection);
  let outcome = 'done';
  let detail = `${u.username}: ${action.replace(/_/g, ' ')} is done.`;
  if (!may?.allowed) { outcome = 'skipped'; detail = may?.reason.detail ?? 'Not offered.'; }
  else if (connection.state === 'unreachable') { outcome = 'failed'; detail = `${connection.name}: ${connection.error}`; }
  else {
    u.status = RESULT[action] ?? u.status;
    u.status_cause = u.status === 'SUSPENDED' ? 'operator' : null;
    u.alerts = u.alerts.filter((a) => a !== 'locked_out');
    u.modified_at = iso();
    u.etag = `"u${Math.random().toString(36).slice(2)}"`;
  }
  record(action, outcome, detail, u, body);
  return { outcome, detail, reason: may?.reason ?? null, user: plainUser(u), activity_id: activity[0].id, undo: { suspend: 'unsuspend', unsuspend: 'suspend' }[action] ?? null, secret: action === 'reset_password' && outcome === 'done' ? 'mild-otter-93-lamp' : null };
}
function record(action, outcome, detail, u, body = {}) {
  const organization = u ? findOrganization(u.organization.id) : organizations[0];
  const { id, slug, name, kind } = organization;
  activity.unshift({
    id: `a-${activity.length + 1}`, at: iso(), actor: { id: 'me', name: 'ingrid.solberg' }, origin: '127.0.0.1', action, outcome, organization: { id, slug, name, kind },
    user: u ? { id: u.id, username: u.username, display_name: u.display_name } : null, target: { kind: u ? 'user' : 'session', id: u?.id ?? 's', name: u?.username ?? 'session' }, detail, reason: body.reason ?? null, ticket: body.ticket ?? null, before: null, after: null, correlation_id: '7c1e-5d42',
  });
  for (const stream of streams) stream.write('event: activity\ndata: {}\n\n');
}
for (let i = 0; i < 40; i += 1) record(['suspend', 'unlock', 'reset_password', 'edit'][i % 4], ['done', 'done', 'failed', 'done', 'already_so', 'unknown', 'skipped'][i % 7], 'Invented for the fake.', users[i * 7]);

const CONNECTORS = [
  { name: 'org.tenantry.ldap', title: 'LDAP', description: 'OpenLDAP and other LDAP v3 servers.', version: '1.0.0', actions: ['suspend', 'unlock'], attributes: [], edit_schema: null, config_schema: { type: 'object', required: ['url', 'base_dn'], properties: {
    url: { type: 'string', format: 'uri', title: 'Address', description: 'ldap://host or ldaps://host', 'x-tny-order': 1 }, bind_dn: { type: 'string', title: 'Bind as', 'x-tny-order': 2 },
    bind_password: { type: 'string', title: 'Password', 'x-tny-secret': true, 'x-tny-order': 3 }, base_dn: { type: 'string', title: 'Base', 'x-tny-order': 4 },
    tls: { type: 'object', title: 'Transport', properties: { start_tls: { type: 'boolean', title: 'StartTLS', default: true }, ca_file: { type: 'string', title: 'CA file' } } },
    page_size: { type: 'integer', title: 'Page size', minimum: 1, maximum: 1000, default: 500, 'x-tny-group': 'Advanced' }, attributes: { type: 'array', items: { type: 'string' }, title: 'Further attributes', 'x-tny-group': 'Advanced' },
    map: { type: 'object', title: 'Renames', 'x-tny-group': 'Advanced' } } } },
  { name: 'org.tenantry.sql', title: 'SQL', description: 'Users in tables of SQLite, MySQL, MariaDB or PostgreSQL.', version: '1.0.0', actions: ['suspend'], attributes: [], edit_schema: null, config_schema: { type: 'object', required: ['engine', 'database'], properties: {
    engine: { type: 'string', enum: ['sqlite', 'mysql', 'postgresql'], title: 'Engine', 'x-tny-order': 1 }, database: { type: 'string', title: 'Database', 'x-tny-order': 2 },
    mapping: { type: 'string', oneOf: [{ const: 'plain', title: 'A plain users table' }, { const: 'wordpress', title: 'WordPress' }, { const: 'mediawiki', title: 'MediaWiki' }], title: 'Mapping', default: 'plain', 'x-tny-order': 3 } } } },
];
function startRun(connection, trigger) {
  const run = { id: `r-${runs.length + 1}`, connection: connection.id, trigger, state: 'running', queued_at: iso(), started_at: iso(), finished_at: null, read: 0, added: 0, changed: 0, removed: 0, held: 0, expected: usersOf(connection) || 240, error: null };
  runs.unshift(run);
  const timer = setInterval(() => {
    run.read = Math.min(run.expected, run.read + 60);
    if (connection.state === 'unreachable') { run.state = 'failed'; run.error = connection.error; run.finished_at = iso(); clearInterval(timer); }
    else if (run.read === run.expected) { run.state = 'succeeded'; run.finished_at = iso(); connection.state = 'current'; connection.since = iso(); connection.last_sync_at = iso(); connection.error = null; clearInterval(timer); for (const s of streams) s.write('event: connection_changed\ndata: {}\n\n'); }
  }, 700);
  return run;
}
const me = () => {
  const { id, slug, name, kind } = organizations[0];
  const scope = { id, slug, name, kind };
  return {
    account: { id: 'me', username: 'ingrid.solberg', display_name: 'Ingrid Solberg', first_name: 'Ingrid', last_name: 'Solberg', email: 'ingrid.solberg@meridian.example' },
    roles: [{ role: 'platform_administrator', title: 'Platform Administrator', organization: scope }], permissions: ['users.view', 'users.edit', 'users.export', 'users.suspend', 'orgs.manage', 'connections.manage'],
    scope, scopes: [scope], csrf_token: 'fake', expires_at: iso(Date.now() + 12 * 3600e3), server_time: iso(), version: 'fake',
  };
};
const userOr404 = (id) => {
  const u = users.find((x) => x.id === id);
  if (!u) throw new Refusal(404, 'not-found', 'There is no such user in your scope.');
  return u;
};
const connectionOr404 = (id) => {
  const c = connections.find((x) => x.id === id);
  if (!c) throw new Refusal(404, 'not-found', 'There is no such connection in your scope.');
  return c;
};

const ROUTES = [
  ['POST', /^\/session$/, (_, q, body) => {
    if (body.password !== 'correct horse') throw new Refusal(401, 'unauthenticated', 'Username, password or code is wrong.');
    return [201, { csrf_token: 'fake', expires_at: iso(Date.now() + 12 * 3600e3) }, COOKIE];
  }],
  ['DELETE', /^\/session$/, () => [204, undefined, { 'Set-Cookie': 'tenantry_session=; Max-Age=0; Path=/' }]],
  ['GET', /^\/setup$/, (_, q) => [200, { valid: q.get('token') === 'good' }]],
  ['POST', /^\/setup$/, () => [201, { csrf_token: 'fake', expires_at: iso() }, COOKIE]],
  ['GET', /^\/me$/, () => [200, me()]],
  ['GET', /^\/users$/, (_, q) => [200, listUsers(q)]],
  ['GET', /^\/users\/([^/]+)$/, ([id]) => { const u = userOr404(id); return [200, plainUser(u), { ETag: u.etag }]; }],
  ['PATCH', /^\/users\/([^/]+)$/, ([id], q, body, headers) => {
    const u = userOr404(id);
    if (headers['if-match'] !== u.etag) throw new Refusal(412, 'precondition-failed', 'Changed in the directory at 09:40 GMT. Your change was not saved.');
    const { reason, ticket, ...change } = body;
    Object.assign(u, change, { etag: `"u${Math.random().toString(36).slice(2)}"`, modified_at: iso() });
    record('edit', 'done', `${u.username} is changed.`, u, body);
    return [200, plainUser(u), { ETag: u.etag }];
  }],
  ['GET', /^\/users\/([^/]+)\/actions$/, ([id]) => [200, { items: eligibility(userOr404(id)) }]],
  ['POST', /^\/users\/([^/]+)\/actions\/([^/]+)$/, ([id, action], q, body) => [200, act(userOr404(id), action, body)]],
  ['GET', /^\/users\/([^/]+)\/groups$/, ([id]) => {
    const u = userOr404(id);
    return [200, u.connector === 'org.tenantry.ldap' ? { items: [{ id: 'cn=staff,ou=groups', name: 'staff', description: 'All staff' }, { id: 'cn=vpn,ou=groups', name: 'vpn', description: null }], total: 2, available: true, detail: null } : { items: [], total: 0, available: false, detail: 'The mapping names no table of groups.' }];
  }],
  ['GET', /^\/users\/([^/]+)\/activity$/, ([id]) => { const items = activity.filter((a) => a.user?.id === id); return [200, { items, total: items.length, next_cursor: null }]; }],
  ['GET', /^\/organizations$/, (_, q) => [200, listOrganizations(q)]],
  ['POST', /^\/organizations$/, (_, q, body) => {
    const parent = organizationOr404(body.parent);
    const made = { ...organizations[0], id: crypto.randomUUID(), slug: `org-${organizations.length}`, name: body.name, kind: body.kind, parent: parent.id, path: [...parent.path, parent.name], depth: parent.depth + 1, chain: [...parent.chain, parent.id] };
    organizations.splice(organizations.indexOf(parent) + 1, 0, made);
    return [201, withCounts(made)];
  }],
  ['GET', /^\/organizations\/([^/]+)$/, ([id]) => [200, withCounts(organizationOr404(id))]],
  ['PATCH', /^\/organizations\/([^/]+)$/, ([id], q, body) => { const o = organizationOr404(id); Object.assign(o, body); return [200, withCounts(o)]; }],
  ['GET', /^\/completeness$/, (_, q) => {
    const { list, summary } = completeness(q.get('scope') ? organizationOr404(q.get('scope')) : null);
    const items = list.filter((c) => !q.get('state') || c.state === q.get('state')).map((c) => ({ organization: ref(c.organization), state: c.state, since: c.since, as_of: c.last_sync_at, error: c.error, users: usersOf(c) }));
    return [200, { items, total: items.length, completeness: summary }];
  }],
  ['GET', /^\/connectors$/, () => [200, { items: CONNECTORS }]],
  ['GET', /^\/connections$/, () => [200, { items: connections.map(whole), total: connections.length }]],
  ['POST', /^\/connections\/test$/, (_, q, body) => [200, String(body.config.url ?? body.config.database).includes('bad') ? { ok: false, detail: 'The server answered that the password is wrong.', pointer: '/config/bind_password', users: null, duration_ms: 41 } : { ok: true, detail: 'Connected.', pointer: null, users: 240, duration_ms: 41 }]],
  ['POST', /^\/connections$/, (_, q, body) => {
    const c = { id: `c-${connections.length + 1}`, organization: organizationOr404(body.organization), connector: body.connector, name: body.name, enabled: true, config: body.config, secrets_set: [], schedule: { interval_s: 300 }, state: 'never_read', since: null, error: null, last_sync_at: null, next_sync_at: null, held_deletions: 0, etag: '"c1"' };
    connections.push(c);
    return [201, { ...whole(c), first_run: startRun(c, 'first') }];
  }],
  ['GET', /^\/connections\/([^/]+)$/, ([id]) => [200, whole(connectionOr404(id))]],
  ['POST', /^\/connections\/([^/]+)\/sync$/, ([id]) => [202, startRun(connectionOr404(id), 'manual')]],
  ['GET', /^\/connections\/([^/]+)\/runs$/, ([id]) => { const items = runs.filter((r) => r.connection === id); return [200, { items: items.slice(0, 5), total: items.length }]; }],
  ['POST', /^\/connections\/([^/]+)\/deletion-guard$/, ([id]) => { const c = connectionOr404(id); c.held_deletions = 0; return [200, whole(c)]; }],
  ['GET', /^\/activity$/, (_, q) => {
    const outcome = /outcome eq "(\w+)"/.exec(q.get('filter') ?? '')?.[1];
    const items = activity.filter((a) => (!outcome || a.outcome === outcome) && JSON.stringify(a).toLowerCase().includes((q.get('q') ?? '').toLowerCase()));
    return [200, { items: items.slice(0, 100), total: items.length, next_cursor: null }];
  }],
];

function sendStatic(request, response, path) {
  const file = join(DIST, path);
  const found = path !== '/' && existsSync(file) ? file : join(DIST, 'index.html');
  response.writeHead(200, { 'Content-Type': TYPES[extname(found)] ?? 'application/octet-stream', 'Content-Security-Policy': POLICY });
  response.end(readFileSync(found));
}
async function bodyOf(request) {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text ? JSON.parse(text) : {};
}
const server = createServer(async (request, response) => {
  const url = new URL(request.url, 'http://localhost');
  if (!url.pathname.startsWith('/api/v1')) { sendStatic(request, response, url.pathname); return; }
  const path = url.pathname.slice('/api/v1'.length);
  if (path === '/events') {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.write('event: hello\ndata: {}\n\n');
    streams.add(response);
    request.on('close', () => streams.delete(response));
    return;
  }
  try {
    const body = await bodyOf(request);
    if (process.env.FAKE_FAIL && path.startsWith(process.env.FAKE_FAIL)) throw new Refusal(503, 'unavailable', 'The view is being loaded.');
    const signedIn = process.env.FAKE_SIGNED_IN === '1' || (request.headers.cookie ?? '').includes(SESSION);
    if (!signedIn && !/^\/(session|setup)/.test(path)) throw new Refusal(401, 'unauthenticated', 'Sign in to go on.');
    for (const [method, pattern, handle] of ROUTES) {
      const match = method === request.method && pattern.exec(path);
      if (!match) continue;
      const [status, answer, headers = {}] = handle(match.slice(1).map(decodeURIComponent), url.searchParams, body, request.headers);
      await new Promise((go) => setTimeout(go, Number(process.env.FAKE_DELAY_MS ?? 40)));
      response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
      response.end(answer === undefined ? '' : JSON.stringify(answer));
      return;
    }
    throw new Refusal(404, 'not-found', 'There is no such operation.');
  } catch (error) {
    const problem = error instanceof Refusal ? error.body : { type: 'urn:tenantry:problem:internal', title: 'Internal error', status: 500, detail: String(error), request_id: 'fake' };
    response.writeHead(problem.status, { 'Content-Type': 'application/problem+json' });
    response.end(JSON.stringify(problem));
  }
});
server.listen(Number(process.env.PORT ?? 8899), '127.0.0.1', () => console.log(`fake server: http://127.0.0.1:${server.address().port} (password: correct horse)`));
