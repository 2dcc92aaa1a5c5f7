import { ActionIcon, Drawer } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { ActivityEntry } from '../../api/client';
import { targetWord, verbWord } from '../../shared/actionWords';
import { whyOf } from '../../shared/reason';
import { t } from '../../shared/i18n';
import { OutcomeMark } from '../../shared/OutcomeMark';
import { gmt, timeTip } from '../../shared/time';
import { changesIn } from './changes';
import type { ActivitySearch } from './search';

/** One entry of the trail, whole: who, from where, what, on whom, why, before and after. */
export function EntryDrawer({ entry, onClose, onOnly }: { entry: ActivityEntry; onClose: () => void; onOnly: (change: Partial<ActivitySearch>) => void }) {
  const changes = changesIn(entry.before, entry.after);
  const title = verbWord(entry.action);
  return (
    <Drawer opened onClose={onClose} position="right" size={560} padding={0} withCloseButton={false} withOverlay={false} trapFocus={false} closeOnClickOutside={false} className="userd" attributes={{ content: { 'aria-label': t('Details of {name}', { name: title }) } }}>
      <header className="dhead ud">
        <div className="udt">
          <span className="eyebrow">{gmt(entry.at)}</span>
          <h2>{title}</h2>
          <div className="udm"><OutcomeMark outcome={entry.outcome} /></div>
        </div>
        <ActionIcon variant="subtle" size={28} className="qi" aria-label={t('Close details')} onClick={onClose}><IconX size={18} /></ActionIcon>
      </header>
      <div className="udb scroll" tabIndex={0} role="region" aria-label={t('Details')}>
        <section>
          <p>{entry.detail}</p>
        </section>
        <section>
          <dl>
            <Field label={t('Who')}><bdi>{entry.actor.name}</bdi>{entry.actor.id ? <> <button type="button" className="lk" onClick={() => { onOnly({ actor: entry.actor.id ?? undefined }); }}>{t('All they did')}</button></> : null}</Field>
            <Field label={t('From where')}>{entry.origin ?? <span className="mute">{t('The server itself')}</span>}</Field>
            <Field label={t('When')}><span data-tip={timeTip(entry.at)}>{gmt(entry.at)}</span></Field>
            <Field label={t('On')}>{entry.user ? <Link to="/users" search={{ scope: entry.organization.slug, user: entry.user.id }} className="lk"><bdi>{entry.user.username}</bdi></Link> : <bdi>{targetWord(entry)}</bdi>}{entry.user ? <> <button type="button" className="lk" onClick={() => { onOnly({ user: entry.user?.id }); }}>{t('All done to them')}</button></> : null}</Field>
            <Field label={t('Organization')}><bdi>{entry.organization.name}</bdi></Field>
            <Field label={t('Reason')}>{whyOf({ reason: entry.reason }).length > 0 ? <bdi>{entry.reason}</bdi> : <span className="mute">{t('None given')}</span>}</Field>
            <Field label={t('Ticket')}>{entry.ticket ? <bdi>{entry.ticket}</bdi> : <span className="mute">{t('None given')}</span>}</Field>
            <Field label={t('Correlation')}><span className="mono wrapany">{entry.correlation_id}</span></Field>
          </dl>
        </section>
        {changes.length > 0 ? (
          <section>
            <h3>{t('Before and after')}</h3>
            <table className="diff">
              <thead><tr><th scope="col">{t('Field')}</th><th scope="col">{t('Before')}</th><th scope="col">{t('After')}</th></tr></thead>
              <tbody>{changes.map((change) => <tr key={change.name} className={change.same ? 'mute' : ''}><th scope="row">{change.name}</th><td><bdi>{change.before}</bdi></td><td><bdi>{change.after}</bdi></td></tr>)}</tbody>
            </table>
          </section>
        ) : null}
      </div>
    </Drawer>
  );
}

function Field({ label, children }: { label: string; children: ReactNode }) {
  return <div className="fld"><dt>{label}</dt><dd>{children}</dd></div>;
}
