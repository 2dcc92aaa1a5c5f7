import { IconHistory } from '@tabler/icons-react';
import { t } from '../../../shared/i18n';
import { useQuery } from '@tanstack/react-query';
import { client, unwrap } from '../../../api/client';
import { verbWord } from '../../../shared/actionWords';
import { EmptyFace, ErrorFace, LoadingFace } from '../../../shared/Faces';
import { OutcomeMark } from '../../../shared/OutcomeMark';
import { plural } from '../../../shared/numbers';
import { When } from '../../../shared/When';

const SHOWN = 50;

export function UserActivity({ id }: { id: string }) {
  const activity = useQuery({
    queryKey: ['activity', 'user', id],
    queryFn: ({ signal }) => unwrap(client.GET('/api/v1/users/{id}/activity', { params: { path: { id }, query: { limit: SHOWN } }, signal })),
  });
  if (activity.isPending) return <LoadingFace what={t('activity')} />;
  if (activity.isError) return <ErrorFace what={t('The activity')} error={activity.error} onRetry={() => void activity.refetch()} />;
  const { items, total } = activity.data;
  if (items.length === 0) return <EmptyFace title={t('Nothing was done here yet')} icon={IconHistory}>{t('Actions on this user from Tenantry appear here.')}</EmptyFace>;
  return (
    <div className="udb">
      <section>
        <h3>{plural(total, 'entry', 'entries')}</h3>
        <ul className="ev">
          {items.map((entry) => (
            <li key={entry.id}>
              <div>
                <b>{verbWord(entry.action)}</b> <OutcomeMark outcome={entry.outcome} />
                <p>{entry.detail}</p>
                <p className="mute"><bdi>{entry.actor.name}</bdi>{entry.origin ? `, ${t('from {origin}', { origin: entry.origin })}` : ''}{entry.reason ? `. ${entry.reason}` : ''}{entry.ticket ? ` (${entry.ticket})` : ''}</p>
              </div>
              <When at={entry.at} />
            </li>
          ))}
        </ul>
        {total > items.length ? <p className="mute">{t('The newest')} {items.length} {t('are shown.')}</p> : null}
      </section>
    </div>
  );
}
