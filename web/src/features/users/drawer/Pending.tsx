import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconClock } from '@tabler/icons-react';
import { client, unwrap } from '../../../api/client';
import { t } from '../../../shared/i18n';
import { StatusBadge } from '../../../shared/StatusBadge';
import { When } from '../../../shared/When';

/** What jobs still have to do to this user: the state that is wanted beside the one that was seen. Nothing when nothing waits. */
export function Pending({ id }: { id: string }) {
  const pending = useQuery({
    queryKey: ['user', id, 'pending'],
    queryFn: ({ signal }) => unwrap(client.GET('/api/v1/users/{id}/pending', { params: { path: { id } }, signal })),
  });
  if (!pending.data || pending.data.items.length === 0) return null;
  return (
    <section aria-label={t('Waiting')}>
      <h3>{t('Waiting')}</h3>
      <ul className="ev">
        {pending.data.items.map((item) => (
          <li key={`${item.job_id}-${String(item.number)}`}>
            <div>
              <b><IconClock size={13} aria-hidden /> {item.words}</b>
              {item.desired === pending.data.observed ? null : <p><StatusBadge status={pending.data.observed} /> <span aria-hidden>→</span> <StatusBadge status={item.desired} /></p>}
              {item.detail ? <p>{item.detail}</p> : null}
              <p className="mute"><Link to="." search={(s) => ({ ...s, job: item.job_id })} className="lk">{t('Open the job')}</Link></p>
            </div>
            <When at={item.start_at} never="" />
          </li>
        ))}
      </ul>
    </section>
  );
}
