import { Menu } from '@mantine/core';
import { useMutation, useQueries, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useRef } from 'react';
import { client, unwrap, type Job, type JobItem } from '../../api/client';
import { bulkWord } from '../../shared/bulkWords';
import { t } from '../../shared/i18n';
import { OrganizationCell } from '../../shared/OrganizationCell';
import { ITEM_OUTCOME } from '../../shared/OutcomeMark';
import { clock } from '../../shared/time';
import { toastError } from '../../shared/toasts';
import { usePhone } from '../../shared/usePhone';
import { useRowWindow } from '../../shared/useRowWindow';
import { placeOf } from './jobModel';

const PAGE = 100;
const ROW = 52;
/** On a phone the words have two lines: there is no pointer to ask for the rest of them. */
const ROW_PHONE = 70;
const NONE: ReadonlyMap<number, number> = new Map();

/** The items of a job, failures first, page after page. */
export function JobItems({ job }: { job: Job }) {
  const box = useRef<HTMLDivElement>(null);
  const view = useRowWindow(box, { count: job.total, rowPx: usePhone() ? ROW_PHONE : ROW, extra: NONE, headPx: 0 });
  const wanted = new Map<string, { outcome: JobItem['outcome']; page: number }>();
  for (const { index } of view.rows) {
    const place = placeOf(index, job.outcomes);
    if (!place) continue;
    const page = Math.floor(place.offset / PAGE);
    wanted.set(`${place.outcome} ${String(page)}`, { outcome: place.outcome, page });
  }
  const keys = [...wanted.keys()];
  const pages = useQueries({
    queries: [...wanted.values()].map(({ outcome, page }) => ({
      // Asked again when the number of this outcome changes.
      queryKey: ['job', job.id, 'items', outcome, page, job.outcomes[outcome]],
      queryFn: ({ signal }: { signal: AbortSignal }) => unwrap(client.GET('/api/v1/jobs/{id}/items', { params: { path: { id: job.id }, query: { outcome, offset: page * PAGE, limit: PAGE } }, signal })),
      staleTime: 30_000,
    })),
  });
  const itemAt = (index: number) => {
    const place = placeOf(index, job.outcomes);
    if (!place) return undefined;
    return pages[keys.indexOf(`${place.outcome} ${String(Math.floor(place.offset / PAGE))}`)]?.data?.items[place.offset % PAGE];
  };
  return (
    <div className="jrows" ref={box} tabIndex={0} role="region" aria-label={t('Items, failures first')}>
      <ul className="jlist" style={{ height: view.height }} aria-label={t('Items')}>
        {view.rows.map(({ index, top }) => {
          const item = itemAt(index);
          return item ? <Item key={item.number} job={job} item={item} top={view.top + top} index={index} /> : <li key={`sk-${String(index)}`} className="jr" style={{ top: view.top + top }}><i className="bar w1" /></li>;
        })}
      </ul>
    </div>
  );
}

function Item({ job, item, top, index }: { job: Job; item: JobItem; top: number; index: number }) {
  const { icon: Icon, word, tip } = ITEM_OUTCOME[item.outcome];
  const composite = item.action !== job.action;
  const words = item.detail ?? (item.outcome === 'done' && item.ended_at ? t('Read back {time}', { time: clock(item.ended_at) }) : item.outcome === 'pending' ? t('Waits for its turn') : tip);
  return (
    <li className={`jr o-${item.outcome}`} style={{ top }} aria-posinset={index + 1} aria-setsize={job.total}>
      <Icon size={16} stroke={1.9} aria-hidden />
      <div className="jb">
        <div><Link to="/users" search={(s) => ({ ...s, user: item.user_id, job: job.id })} className="jname"><b>{item.username}</b></Link><OrganizationCell name={item.organization.name} path={item.organization.path} /></div>
        <p data-tip={words}>{composite ? `${bulkWord(item.action)}: ` : ''}{words}</p>
      </div>
      <span className="jo">{word}</span>
      {item.outcome === 'unknown' && job.may_steer ? <Settle job={job} item={item} /> : null}
    </li>
  );
}

/** A person looked into the directory, and says how the item ended. */
function Settle({ job, item }: { job: Job; item: JobItem }) {
  const queries = useQueryClient();
  const settle = useMutation({
    mutationFn: (outcome: 'done' | 'failed') => unwrap(client.POST('/api/v1/jobs/{id}/items/{number}/settle', { params: { path: { id: job.id, number: item.number } }, body: { outcome } })),
    onSuccess: (next) => { queries.setQueryData(['job', job.id], next); void queries.invalidateQueries({ queryKey: ['job', job.id] }); },
    onError: toastError,
  });
  return (
    <Menu position="bottom-end" width={280} withInitialFocusPlaceholder={false}>
      <Menu.Target><button type="button" className="lk" aria-label={t('Settle {name}', { name: item.username })}>{t('Settle')}</button></Menu.Target>
      <Menu.Dropdown className="amenu" aria-label={t('Settle {name}', { name: item.username })}>
        <Menu.Item onClick={() => { settle.mutate('done'); }}>{t('I looked: it was changed')}</Menu.Item>
        <Menu.Item onClick={() => { settle.mutate('failed'); }}>{t('I looked: it was not changed')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
