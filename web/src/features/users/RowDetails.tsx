import { IconExternalLink, IconHistory, IconMapPin, IconUsersGroup } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode, RefObject } from 'react';
import { client, unwrap, type User } from '../../api/client';
import { verbWord } from '../../shared/actionWords';
import { connectorWord } from '../../shared/connectorWord';
import { t } from '../../shared/i18n';
import { OutcomeMark } from '../../shared/OutcomeMark';
import { PathLine } from '../../shared/PathLine';
import { useMay } from '../../shared/session';
import { When } from '../../shared/When';
import type { RowHandlers } from './UserRow';

export const DETAILS_PX = 132;

const GROUPS_SHOWN = 7;
const ENTRIES_SHOWN = 3;

/** What lies behind a row, each part with its own loading line and error. */
export function RowDetails({ user, top, index, handlers }: { user: User; top: number; index: number; handlers: RefObject<RowHandlers> }) {
  return (
    <div role="row" className="trx" style={{ top, height: DETAILS_PX }} aria-label={t('More about {name}', { name: user.username })}>
      <div role="gridcell" className="trxin">
        <Groups user={user} onMore={() => { handlers.current.open(user, index); }} />
        <Section icon={<IconMapPin size={15} aria-hidden />} title={t('Where it lives')}>
          <p><bdi>{user.connection_name}</bdi> <span className="mute">{connectorWord(user.connector)}</span></p>
          <p className="mute ell"><PathLine names={[...user.organization.path.slice(1), user.organization.name]} /></p>
          <p className="mono ell" data-tip={user.native_status || undefined}>{user.native_status || user.native_id}</p>
          <p className="mute">{t('As of')} <When at={user.seen_at} /></p>
          {user.console_url ? <a className="lk" href={user.console_url} target="_blank" rel="noreferrer"><IconExternalLink size={13} aria-hidden />{t('Open in {name}', { name: user.connection_name })}</a> : null}
        </Section>
        <Latest user={user} />
      </div>
    </div>
  );
}

function Section({ icon, title, note, children }: { icon: ReactNode; title: string; note?: ReactNode; children: ReactNode }) {
  return <section><h2>{icon}{title}{note === undefined ? null : <span className="mute">{note}</span>}</h2>{children}</section>;
}

function Groups({ user, onMore }: { user: User; onMore: () => void }) {
  const groups = useQuery({
    queryKey: ['user', user.id, 'groups'],
    queryFn: ({ signal }) => unwrap(client.GET('/api/v1/users/{id}/groups', { params: { path: { id: user.id } }, signal })),
    staleTime: 60_000,
  });
  const { data } = groups;
  return (
    <Section icon={<IconUsersGroup size={15} aria-hidden />} title={t('Groups')} note={data?.available ? data.total : undefined}>
      {groups.isPending ? <p className="mute">{t('Asking the directory')}</p> : null}
      {groups.error ? <p className="badt clip2">{groups.error.detail}</p> : null}
      {data && !data.available ? <p className="mute clip2">{data.detail ?? t('This directory does not tell groups.')}</p> : null}
      {data?.available && data.items.length === 0 ? <p className="mute">{t('In no group')}</p> : null}
      {data && data.items.length > 0 ? (
        <ul className="gchips">
          {data.items.slice(0, GROUPS_SHOWN).map((group) => <li key={group.id} data-tip={group.description ?? undefined}><bdi>{group.name}</bdi></li>)}
          {data.items.length > GROUPS_SHOWN ? <li className="gmore"><button type="button" className="lk" onClick={onMore}>{t('{n} more', { n: data.items.length - GROUPS_SHOWN })}</button></li> : null}
        </ul>
      ) : null}
    </Section>
  );
}

function Latest({ user }: { user: User }) {
  const may = useMay('users.view_activity');
  const latest = useQuery({
    queryKey: ['activity', 'user', user.id, ENTRIES_SHOWN],
    queryFn: ({ signal }) => unwrap(client.GET('/api/v1/users/{id}/activity', { params: { path: { id: user.id }, query: { limit: ENTRIES_SHOWN } }, signal })),
    enabled: may,
  });
  if (!may) return null;
  return (
    <Section icon={<IconHistory size={15} aria-hidden />} title={t('Latest actions')}>
      {latest.isPending ? <p className="mute">{t('Loading')}</p> : null}
      {latest.error ? <p className="badt clip2">{latest.error.detail}</p> : null}
      {latest.data?.items.length === 0 ? <p className="mute">{t('Nothing was done here yet')}</p> : null}
      <ul className="lates">
        {latest.data?.items.map((entry) => (
          <li key={entry.id} data-tip={entry.detail}><OutcomeMark outcome={entry.outcome} /><b>{verbWord(entry.action)}</b><bdi className="mute ell">{entry.actor.name}</bdi><When at={entry.at} /></li>
        ))}
      </ul>
    </Section>
  );
}
