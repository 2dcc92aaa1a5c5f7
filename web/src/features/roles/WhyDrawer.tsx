import { ActionIcon, Drawer, NativeSelect } from '@mantine/core';
import { IconCircleCheck, IconCircleX, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { client, unwrap, type ActionName, type User } from '../../api/client';
import { ACTION_WORD } from '../../shared/actionWords';
import { ErrorFace, LoadingFace } from '../../shared/Faces';
import { t } from '../../shared/i18n';
import { permissionWord } from '../../shared/permissions';
import { useMe } from '../../shared/session';
import { dayOf } from '../../shared/time';
import { ACCOUNTS, UserPicker } from '../../shared/UserPicker';
import { roleName } from '../../shared/roleModel';

function isAction(value: string): value is ActionName {
  return value in ACTION_WORD;
}

/** Why somebody may, or may not, do something to somebody now: the server decides as it would for the action itself. */
export function WhyDrawer({ onClose }: { onClose: () => void }) {
  const me = useMe();
  const [operator, setOperator] = useState<Pick<User, 'id' | 'username'> | null>(null);
  const [user, setUser] = useState<User | null>(null);
  const [action, setAction] = useState<ActionName>('suspend');
  const self = { id: '', username: me?.account.username ?? '' };
  const title = t('Why can somebody …?');
  return (
    <Drawer opened onClose={onClose} position="right" size={480} padding={0} withCloseButton={false} withOverlay={false} trapFocus={false} closeOnClickOutside={false} className="userd" attributes={{ content: { 'aria-label': title } }}>
      <header className="dhead ud">
        <div className="udt"><h2>{title}</h2><div className="udm"><span className="mute">{t('Why somebody may, or may not, do something to somebody now.')}</span></div></div>
        <ActionIcon variant="subtle" size={28} className="qi" aria-label={t('Close details')} onClick={onClose}><IconX size={18} /></ActionIcon>
      </header>
      <div className="udb scroll" tabIndex={0} role="region" aria-label={t('Details')}>
        <section className="whyform">
          <UserPicker label={t('Who')} chosen={operator ?? self} filter={ACCOUNTS} onChoose={setOperator} />
          <NativeSelect size="xs" label={t('Does what')} value={action} onChange={(event) => { if (isAction(event.target.value)) setAction(event.target.value); }} data={Object.entries(ACTION_WORD).map(([value, label]) => ({ value, label }))} />
          <UserPicker label={t('To whom')} chosen={user} onChoose={setUser} />
        </section>
        {user ? <Answer operator={operator?.id ?? ''} who={operator?.username ?? self.username} user={user} action={action} /> : <p className="mute whywait">{t('Choose to whom, and the answer appears here.')}</p>}
      </div>
    </Drawer>
  );
}

function Answer({ operator, who, user, action }: { operator: string; who: string; user: User; action: ActionName }) {
  const answer = useQuery({
    queryKey: ['why', operator, user.id, action],
    queryFn: ({ signal }) => unwrap(client.GET('/api/v1/why', { params: { query: { operator: operator || undefined, user: user.id, action } }, signal })),
    staleTime: 0,
  });
  if (answer.isPending) return <LoadingFace what={t('the answer')} />;
  if (answer.isError) return <ErrorFace what={t('The answer')} error={answer.error} onRetry={() => void answer.refetch()} />;
  const { allowed, permission, reason, because } = answer.data;
  const Mark = allowed ? IconCircleCheck : IconCircleX;
  return (
    <section aria-live="polite">
      <p className={`verdict ${allowed ? 'okt' : 'badt'}`}><Mark size={20} stroke={1.9} aria-hidden /><b>{allowed ? t('Yes') : t('No')}</b></p>
      <p><bdi>{who}</bdi>, {ACTION_WORD[action]}, <bdi>{user.username}</bdi> (<bdi>{user.organization.name}</bdi>)</p>
      {reason ? <p className="ink2">{reason.detail}</p> : null}
      <h3>{t('It needs')}</h3>
      <p>{permissionWord(permission)} <span className="mono mute">{permission}</span></p>
      <h3>{t('Who gives it')}</h3>
      {because.length === 0 ? <p className="mute">{t('No role of theirs gives this permission on that organization.')}</p> : (
        <ul className="permlist">
          {because.map((grant) => (
            <li key={`${grant.role} ${grant.organization.id}`}><span><b>{roleName({ id: grant.role, name: grant.title })}</b>, <bdi>{grant.organization.name}</bdi></span><span className="mute">{grant.expires_at ? t('until {time}', { time: dayOf(grant.expires_at) }) : t('No end')}</span></li>
          ))}
        </ul>
      )}
    </section>
  );
}
