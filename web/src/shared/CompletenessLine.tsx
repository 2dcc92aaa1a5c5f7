import { Popover } from '@mantine/core';
import { IconAlertTriangle, IconCircleDotted, IconPlugConnectedX, IconCircleCheckFilled, type Icon } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { memo, useState } from 'react';
import { client, unwrap, type Completeness, type ConnectionState } from '../api/client';
import { completenessParts, strokes } from './completenessModel';
import { Freshness } from './Freshness';
import { t } from './i18n';
import { count } from './numbers';
import { Rich } from './Rich';
import { SyncOrganization } from './SyncOrganization';

const LOOK: Record<ConnectionState, { icon: Icon; stroke: string; link: string }> = {
  current: { icon: IconCircleCheckFilled, stroke: 'c', link: 'lk mute' },
  stale: { icon: IconAlertTriangle, stroke: 's', link: 'lk warn' },
  unreachable: { icon: IconPlugConnectedX, stroke: 'u', link: 'lk bad' },
  never_read: { icon: IconCircleDotted, stroke: 'n', link: 'lk mute' },
};

const LISTED_MAX = 100;

interface Props {
  of: Completeness | undefined;
  scope: string | undefined;
}

/** How complete and fresh the answer above the line is. undefined while nothing is known. Each answer brings its own, which most often says the same. */
export const CompletenessLine = memo(Line, (was, now) => was.scope === now.scope && JSON.stringify(was.of) === JSON.stringify(now.of));

function Line({ of, scope }: Props) {
  if (!of) return <div className="complete"><span className="mute">{t('Completeness is not known yet')}</span></div>;
  if (of.organizations === 0) return <div className="complete"><span className="mute">{t('No organization here has a directory')}</span></div>;
  const parts = completenessParts(of);
  return (
    <div className="complete" role="region" aria-label={t('Completeness')}>
      <span className="cbar" aria-hidden>
        {strokes(of).map((state, i) => <i key={i} className={LOOK[state].stroke} />)}
      </span>
      <span><Rich text={of.organizations === 1 ? '{share} organization current' : '{share} organizations current'} parts={{ share: <b>{t('{n} of {total}', { n: count(of.current), total: count(of.organizations) })}</b> }} /></span>
      {parts.map((part) => <Part key={part.state} state={part.state} words={part.words} scope={scope} />)}
      {parts.length > 0 ? <span className="mute hide-s">{t('Their users are shown as last read.')}</span> : null}
    </div>
  );
}

function Part({ state, words, scope }: { state: ConnectionState; words: string; scope: string | undefined }) {
  const [open, setOpen] = useState(false);
  const { icon: Icon, link } = LOOK[state];
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-start" width={460} trapFocus returnFocus>
      <Popover.Target>
        <button type="button" className={link} aria-haspopup="dialog" aria-expanded={open} onClick={() => { setOpen(!open); }}>
          <Icon size={14} aria-hidden />
          {words}
        </button>
      </Popover.Target>
      <Popover.Dropdown className="pop">
        {open ? <OrganizationsOf state={state} scope={scope} /> : null}
      </Popover.Dropdown>
    </Popover>
  );
}

function OrganizationsOf({ state, scope }: { state: ConnectionState; scope: string | undefined }) {
  const list = useQuery({
    queryKey: ['completeness', scope, state],
    queryFn: ({ signal }) => unwrap(client.GET('/api/v1/completeness', { params: { query: { scope, state, limit: LISTED_MAX } }, signal })),
  });
  if (list.isPending) return <p className="popnote">{t('Loading organizations')}</p>;
  if (list.isError) return <p className="popnote badt">{list.error.detail}</p>;
  const { items, total } = list.data;
  if (total === 0) return <p className="popnote">{t('None any more.')}</p>;
  return (
    <ul className="complist" aria-label={t('Organizations')} tabIndex={0}>
      {items.map((item) => (
        <li key={item.organization.id}>
          <div>
            <bdi>{item.organization.name}</bdi>
            <Freshness of={{ state: item.state, since: item.since, asOf: item.as_of, error: item.error }} />
          </div>
          {item.error ? <p>{item.error}</p> : null}
          <p><SyncOrganization slug={item.organization.slug} name={item.organization.name} /></p>
        </li>
      ))}
      {total > items.length ? <li className="mute">{t('{n} more', { n: count(total - items.length) })}</li> : null}
    </ul>
  );
}
