import { ActionIcon, Button, Drawer, Tabs } from '@mantine/core';
import { t } from '../../../shared/i18n';
import { IconDots, IconExternalLink, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, client, type ActionName, type User } from '../../../api/client';
import { ACTION_WORD } from '../../../shared/actionWords';
import { Alerts } from '../../../shared/Alerts';
import { ErrorFace, LoadingFace } from '../../../shared/Faces';
import { PathLine } from '../../../shared/PathLine';
import { StatusBadge } from '../../../shared/StatusBadge';
import { ACTIONS, possibility } from '../actions';
import { RowMenu } from '../RowMenu';
import { useEligibility } from '../useEligibility';
import type { ActionFlow } from '../useActionFlow';
import { Groups } from './Groups';
import { Profile } from './Profile';
import { UserActivity } from './UserActivity';

/** One user beside the list, which stays usable. */
export function UserDrawer({ id, flow, onClose }: { id: string; flow: ActionFlow; onClose: () => void }) {
  const user = useQuery({
    queryKey: ['user', id],
    queryFn: async ({ signal }) => {
      const { data, etag } = await answer(client.GET('/api/v1/users/{id}', { params: { path: { id } }, signal }));
      return { user: data, etag: etag ?? data.etag };
    },
  });
  const label = user.data ? `Details of ${user.data.user.username}` : 'Details';
  return (
    <Drawer opened onClose={onClose} position="right" size={600} padding={0} withCloseButton={false} withOverlay={false} trapFocus={false} closeOnClickOutside={false} className="userd"
      attributes={{ content: { 'aria-label': label } }}>
      {user.data ? <Details user={user.data.user} etag={user.data.etag} flow={flow} onClose={onClose} /> : (
        <>
          <header className="dhead ud"><span className="grow" /><Close onClose={onClose} /></header>
          {user.error ? <ErrorFace what={t('This user')} error={user.error} onRetry={() => void user.refetch()} /> : <LoadingFace what={t('details')} />}
        </>
      )}
    </Drawer>
  );
}

function Close({ onClose }: { onClose: () => void }) {
  return <ActionIcon variant="subtle" size={28} className="qi" aria-label={t('Close details')} onClick={onClose}><IconX size={18} /></ActionIcon>;
}

interface DetailsProps {
  user: User;
  etag: string;
  flow: ActionFlow;
  onClose: () => void;
}

function Details({ user, etag, flow, onClose }: DetailsProps) {
  const name = user.display_name || user.username;
  return (
    <>
      <header className="dhead ud">
        <div className="udt">
          <span className="eyebrow"><PathLine names={[...user.organization.path.slice(1), user.organization.name]} /></span>
          <h2><bdi>{name}</bdi></h2>
          <div className="udm">
            <StatusBadge status={user.status} cause={user.status_cause} withCause />
            <span className="mono">{user.username}</span>
            {user.alerts.length > 0 ? <Alerts list={user.alerts} /> : null}
          </div>
        </div>
        <Close onClose={onClose} />
      </header>
      <Quick user={user} flow={flow} />
      <Tabs defaultValue="profile" className="udtabs" keepMounted={false}>
        <Tabs.List aria-label={t('Details')}>
          <Tabs.Tab value="profile">{t('Profile')}</Tabs.Tab>
          <Tabs.Tab value="groups">{t('Groups')}</Tabs.Tab>
          <Tabs.Tab value="activity">{t('Activity')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="profile"><Profile user={user} etag={etag} flow={flow} /></Tabs.Panel>
        <Tabs.Panel value="groups"><Groups id={user.id} /></Tabs.Panel>
        <Tabs.Panel value="activity"><UserActivity id={user.id} /></Tabs.Panel>
      </Tabs>
    </>
  );
}

const QUICK: readonly ActionName[] = ['unlock', 'suspend', 'reset_password'];
const QUICK_SUSPENDED: readonly ActionName[] = ['unsuspend', 'unlock', 'reset_password'];

/** The three most used actions, always at the same place, and the whole menu. */
function Quick({ user, flow }: { user: User; flow: ActionFlow }) {
  const { data: eligibility } = useEligibility(user.id);
  const [menu, setMenu] = useState(false);
  const busy = flow.busy.has(user.id);
  return (
    <div className="udact">
      {(user.status === 'SUSPENDED' ? QUICK_SUSPENDED : QUICK).map((action, i) => {
        const { icon: Icon } = ACTIONS[action];
        const { allowed, short, detail } = possibility(action, eligibility);
        const primary = i === 0 && allowed;
        return (
          <Button key={action} size="xs" variant={primary ? 'filled' : 'default'} leftSection={<Icon size={15} />} aria-disabled={!allowed || busy || undefined} data-off={!allowed || undefined}
            data-tip={allowed ? undefined : detail || short} onClick={() => { if (allowed && !busy) flow.start(action, user); }}>
            {ACTION_WORD[action]}
          </Button>
        );
      })}
      <RowMenu user={user} opened={menu} onChange={setMenu} onAction={flow.start} below>
        <ActionIcon variant="default" size={30} aria-label={t('More actions')}><IconDots size={16} /></ActionIcon>
      </RowMenu>
      <span className="grow" />
      {user.console_url ? (
        <a className="lk" href={user.console_url} target="_blank" rel="noreferrer"><IconExternalLink size={14} aria-hidden />{t('Open in')} {user.connection_name}</a>
      ) : null}
    </div>
  );
}
