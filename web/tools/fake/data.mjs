// Invented organizations and users in many scripts, always the same, for work on the console without a server.
let seed = 20261122;
export function random() {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}
const pick = (list) => list[Math.floor(random() * list.length)];
const uuid = () => 'xxxxxxxx-xxxx-5xxx-8xxx-xxxxxxxxxxxx'.replace(/x/g, () => Math.floor(random() * 16).toString(16));
const HOUR = 3600e3;
const DAY = 24 * HOUR;
const NOW = Date.now();
const iso = (at) => new Date(at).toISOString().slice(0, 19) + 'Z';

const TREE = ['Meridian Cloud', [
  ['Nordwind Distribution', [
    ['Cloudhaus', ['Harbour Dental Group', 'Bäckerei Lindqvist', 'Stadtwerke Ahlen', 'Weserland Logistik', 'Kanzlei Vogt & Partner', 'Fjordline Shipping']],
    ['Polaris IT', ['Białystok Steel', 'Завод «Прогресс»', 'Vltava Brewing', 'Szeged Biotech']],
    ['Aegean Managed', ['Αθηναϊκή Ναυτιλία', 'Olive & Stone Hotels', 'Bosphorus Textiles', 'Rhodope Mining']],
  ]],
  ['Pacífico Digital', [
    ['Río Claro TI', ['Óptica Río Claro', 'Viñedos Altamira', 'Clínica San Telmo']],
    ['Redwood Managed', ['Juniper Freight', 'Blue Mesa Credit Union', 'Alder & Finch LLP']],
  ]],
  ['Kita Systems', [
    ['みなとクラウド', ['あおば物流', '株式会社さくら精機', '北斗電力', '한빛의료재단']],
    ['Gulf Bridge IT', ['مجموعة النخيل', 'שירותי כרמל', 'Falcon Air Cargo']],
    ['Deccan Digital', ['कमल टेक्सटाइल्स', 'Kaveri Foods', 'Nilgiri Tea Exports']],
  ]],
]];
const NAMES = [
  [['Amelia', 'amelia'], ['Ashworth', 'ashworth']], [['Declan', 'declan'], ['O’Connell', 'oconnell']], [['Maeve', 'maeve'], ['Sutherland', 'sutherland']],
  [['Jürgen', 'juergen'], ['Großmann', 'grossmann']], [['Friederike', 'friederike'], ['von der Heide', 'vonderheide']], [['Søren', 'soeren'], ['Brøgger', 'broegger']],
  [['Анна', 'anna'], ['Шевченко', 'shevchenko']], [['Дмитрий', 'dmitri'], ['Седых', 'sedykh']], [['Małgorzata', 'malgorzata'], ['Wójcik', 'wojcik']],
  [['Ελένη', 'eleni'], ['Οικονόμου', 'oikonomou']], [['Çağrı', 'cagri'], ['Yılmaz', 'yilmaz']], [['Íñigo', 'inigo'], ['Álvarez del Campo', 'alvarez']],
  [['João', 'joao'], ['Conceição', 'conceicao']], [['葵', 'aoi'], ['髙橋', 'takahashi']], [['민준', 'minjun'], ['김', 'kim']], [['محمد', 'mohammed'], ['العباسي', 'alabbasi']],
  [['נועה', 'noa'], ['כהן', 'cohen']], [['अनन्या', 'ananya'], ['शर्मा', 'sharma']],
];
const slugify = (name, i) => name.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '') || `org-${i}`;

export const organizations = [];
export const connections = [];
export const users = [];
export const runs = [];
export const activity = [];

const KINDS = ['platform', 'distributor', 'partner', 'tenant'];
function addOrganization(name, parent, depth) {
  const organization = {
    id: uuid(), slug: slugify(name, organizations.length), name, kind: KINDS[depth], parent: parent?.id ?? null, path: parent ? [...parent.path, parent.name] : [], depth,
    state: 'active', tags: [], etag: '"o1"', chain: parent ? [...parent.chain, parent.id] : [],
  };
  organizations.push(organization);
  return organization;
}
function walk([name, children], parent, depth) {
  const organization = addOrganization(name, parent, depth);
  for (const child of children ?? []) walk(typeof child === 'string' ? [child] : child, organization, depth + 1);
}
walk(TREE, null, 0);

const TROUBLE = {
  'Białystok Steel': ['unreachable', 0.5, 'The server at ldap.bialystok.example:389 refused the connection.'],
  'Bosphorus Textiles': ['stale', 3.1, null], '北斗電力': ['stale', 5.4, null],
  'Kaveri Foods': ['never_read', 0, null], 'Blue Mesa Credit Union': ['unreachable', 5, 'The database answered: Access denied for user \'reader\'.'],
};
for (const organization of organizations.filter((o) => o.kind === 'tenant')) {
  const [state, hours, error] = TROUBLE[organization.name] ?? ['current', random() * 0.1, null];
  const connector = state === 'unreachable' && error.includes('ldap') ? 'org.tenantry.ldap' : random() < 0.25 ? 'org.tenantry.ldap' : 'org.tenantry.sql';
  connections.push({
    id: `c-${connections.length + 1}`, organization, connector, name: connector === 'org.tenantry.ldap' ? 'LDAP directory' : pick(['Intranet users', 'WordPress', 'Staff wiki']), enabled: true,
    config: connector === 'org.tenantry.ldap' ? { url: 'ldap://ldap.example' } : { engine: 'sqlite', database: '/srv/users.db' }, secrets_set: [], schedule: { interval_s: 300 },
    state, since: state === 'never_read' ? null : iso(NOW - hours * HOUR), error, last_sync_at: state === 'never_read' ? null : iso(NOW - hours * HOUR - 60e3), next_sync_at: iso(NOW + 60e3),
    held_deletions: organization.name === 'Rhodope Mining' ? 41 : 0, etag: '"c1"',
  });
}

const STATUSES = [['ACTIVE', 0.78], ['SUSPENDED', 0.84], ['PROVISIONED', 0.88], ['LOCKED_OUT', 0.91], ['AWAITING_NEW_PASSWORD', 0.94], ['RECOVERY', 0.96], ['STAGED', 0.98], ['DELETED', 1]];
for (const connection of connections.filter((c) => c.state !== 'never_read')) {
  const { organization } = connection;
  const n = 60 + Math.floor(random() * 220);
  for (let i = 0; i < n; i += 1) {
    const [[first, f]] = pick(NAMES);
    const [, [last, l]] = pick(NAMES);
    const r = random();
    const status = STATUSES.find(([, limit]) => r < limit)[0];
    const enrolled = connection.connector === 'org.tenantry.sql' && random() < 0.3 ? null : random() < 0.6;
    const signedIn = ['STAGED', 'PROVISIONED'].includes(status) ? null : NOW - (random() < 0.5 ? random() * 6 * DAY : random() * 200 * DAY);
    const alerts = [];
    if (status === 'LOCKED_OUT') alerts.push('locked_out');
    if (status === 'AWAITING_NEW_PASSWORD') alerts.push('password_expired');
    if (enrolled === false && status === 'ACTIVE') alerts.push('no_mfa');
    if (signedIn && NOW - signedIn > 90 * DAY) alerts.push('inactive');
    if (connection.state !== 'current') alerts.push('stale');
    const role = pick(['staff', 'staff', 'staff', 'admin', 'editor']);
    if (role === 'admin') alerts.push('privileged');
    users.push({
      id: uuid(), organization: ref(organization), connection: connection.id, connection_name: connection.name, connector: connection.connector, native_id: String(1000 + i),
      username: `${f}.${l}${i}`, first_name: first, last_name: last, display_name: `${first} ${last}`, email: `${f}.${l}${i}@${organization.slug}.example`, phone: '',
      status, status_cause: status === 'SUSPENDED' ? pick(['inactive', 'operator', 'backend']) : null, native_status: `user_status=${STATUSES.findIndex(([s]) => s === status)}`,
      roles: [role], mfa: { enrolled, required: enrolled === null ? null : random() < 0.4, methods: enrolled ? [pick(['app', 'key', 'SMS'])] : [] }, federated_only: random() < 0.9 ? false : null,
      last_login_at: signedIn ? iso(signedIn) : null, created_at: iso(NOW - random() * 1500 * DAY), modified_at: iso(NOW - random() * 300 * DAY), alerts, console_url: random() < 0.3 ? 'https://console.example/' : null,
      seen_at: connection.last_sync_at, etag: '"u1"', attributes: random() < 0.3 ? { title: 'Counsel', department: 'Legal' } : {}, editable: ['first_name', 'last_name', 'display_name', 'email', 'phone'], chain: [...organization.chain, organization.id],
    });
  }
}
export function ref(organization) {
  const { id, slug, name, kind, path } = organization;
  return { id, slug, name, kind, path };
}
