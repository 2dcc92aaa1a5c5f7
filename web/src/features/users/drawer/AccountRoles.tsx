import { IconUserShield } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { client, unwrap, type User } from '../../../api/client';
import { t } from '../../../shared/i18n';
import { roleName } from '../../../shared/roleModel';
import { dayOf } from '../../../shared/time';
import { possibility } from '../actions';
import { useEligibility } from '../useEligibility';
import type { ActionFlow } from '../useActionFlow';

export const PORTAL = 'org.tenantry.portal';
/** Further attributes of an account that are shown in words instead. */
export const SHOWN_IN_WORDS: readonly string[] = ['grants', 'permissions'];

/** Which roles an account has, where, and until when. */
export function AccountRoles({ user, flow }: { user: User; flow: ActionFlow }) {
  const { data: eligibility } = useEligibility(user.id);
  const grants = useQuery({
    queryKey: ['grants', 'of', user.id],
    queryFn: async ({ signal }) => (await unwrap(client.GET('/api/v1/grants', { params: { query: { q: user.username, limit: 100 } }, signal }))).items.filter((one) => one.user.id === user.id),
  });
  const { allowed, short, detail } = possibility('assign_role', eligibility);
  return (
    <section>
      <h3>
        {t('Roles')}
        <span className="grow" />
        <button type="button" className="fed" aria-label={t('Give a role')} aria-disabled={!allowed} data-tip={allowed ? t('Give a role') : detail || short} onClick={() => { if (allowed) flow.start('assign_role', user); }}><IconUserShield size={14} aria-hidden /></button>
      </h3>
      {grants.error ? <p className="mute">{grants.error.detail}</p> : null}
      {grants.data?.length === 0 ? <p className="mute">{t('None')}</p> : null}
      <dl>
        {(grants.data ?? []).map((grant) => (
          <div className="fld" key={`${grant.role} ${grant.organization.id}`}><dt>{roleName({ id: grant.role, name: grant.title })}</dt><dd><bdi>{grant.organization.name}</bdi>{grant.expires_at ? <span className={grant.ended ? 'warnt' : 'mute'}> {grant.ended ? t('Ended') : ''} {t('until {time}', { time: dayOf(grant.expires_at) })}</span> : null}</dd></div>
        ))}
      </dl>
      <p className="below2"><Link to="/roles" search={{ part: 'grants', q: user.username }} className="lk">{t('Change roles')}</Link> <Link to="/activity" search={{ actor: user.native_id }} className="lk">{t('All they did')}</Link></p>
    </section>
  );
}
