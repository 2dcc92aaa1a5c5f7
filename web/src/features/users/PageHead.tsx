import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { memo, type ReactNode } from 'react';
import { client, unwrap } from '../../api/client';
import { Rich } from '../../shared/Rich';
import { count } from '../../shared/numbers';
import { useMay, useMe } from '../../shared/session';
import type { ListQuery } from './listQuery';
import { words } from './words';

interface Props {
  /** The last total that is known; undefined when none is. */
  total: number | undefined;
  scopeTotal: number | undefined;
  /** The total is that of another list. */
  unknown: boolean;
  query: ListQuery;
  children?: ReactNode;
}

/** The title with the exact total, or a dash while it is not known. */
export const PageHead = memo(function PageHead({ total: known, scopeTotal, unknown, query, children }: Props) {
  const me = useMe();
  const mayExport = useMay('users.export');
  const scope = useQuery({
    queryKey: ['organization', query.scope],
    queryFn: ({ signal }) => unwrap(client.GET('/api/v1/organizations/{id}', { params: { path: { id: query.scope ?? '' } }, signal })),
    enabled: query.scope !== undefined,
  });
  const where = query.scope ? scope.data?.name ?? query.scope : me?.scope.name ?? '';
  const narrowed = Boolean(query.q ?? query.filter);
  const total = unknown || known === undefined ? '–' : count(known);
  const parameters = new URLSearchParams({ format: 'csv', sort: query.sort });
  for (const [name, value] of [['scope', query.scope], ['q', query.q], ['filter', query.filter]] as const) if (value) parameters.set(name, value);
  return (
    <div className="phead">
      <h1>{words.title}</h1>
      <div className="ptotal" aria-live="polite">
        {narrowed ? <Rich text="{total} match" parts={{ total: <b>{total}</b> }} /> : <b>{total}</b>}
        <span className="mute">
          {narrowed && scopeTotal !== undefined ? <Rich text="of {n} in {where}" parts={{ n: count(scopeTotal), where: <bdi>{where}</bdi> }} /> : <Rich text="in {where}" parts={{ where: <bdi>{where}</bdi> }} />}
        </span>
      </div>
      <span className="grow" />
      {mayExport ? (
        <Button variant="default" size="xs" className="hide-s" leftSection={<IconDownload size={15} />} component="a" href={`/api/v1/users/export?${parameters.toString()}`} download>
          {words.export}
        </Button>
      ) : null}
      {children}
    </div>
  );
});

