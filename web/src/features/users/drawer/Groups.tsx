import { IconUsersGroup } from '@tabler/icons-react';
import { t } from '../../../shared/i18n';
import { useQuery } from '@tanstack/react-query';
import { client, unwrap } from '../../../api/client';
import { EmptyFace, ErrorFace, LoadingFace } from '../../../shared/Faces';
import { plural } from '../../../shared/numbers';

export function Groups({ id }: { id: string }) {
  const groups = useQuery({
    queryKey: ['user', id, 'groups'],
    queryFn: ({ signal }) => unwrap(client.GET('/api/v1/users/{id}/groups', { params: { path: { id } }, signal })),
  });
  if (groups.isPending) return <LoadingFace what={t('groups')} />;
  if (groups.isError) return <ErrorFace what={t('The groups')} error={groups.error} onRetry={() => void groups.refetch()} />;
  const { items, total, available, detail } = groups.data;
  if (!available) return <EmptyFace title={t('Groups are not known')} icon={IconUsersGroup}>{detail ?? t('This directory does not tell groups.')}</EmptyFace>;
  if (items.length === 0) return <EmptyFace title={t('In no group')} icon={IconUsersGroup}>{t('The directory lists this user in no group.')}</EmptyFace>;
  return (
    <div className="udb">
      <section>
        <h3>{plural(total, 'group')}</h3>
        <ul className="groups">
          {items.map((group) => (
            <li key={group.id}><b><bdi>{group.name}</bdi></b>{group.description ? <span className="mute">{group.description}</span> : null}<span className="mono ell">{group.id}</span></li>
          ))}
        </ul>
      </section>
    </div>
  );
}
