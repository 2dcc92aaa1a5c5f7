import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { client, unwrap, type Facet } from '../../api/client';
import { t } from '../../shared/i18n';
import { count, percent } from '../../shared/numbers';
import { OpenUsers, PanelHead } from './OverviewPage';
import { coverageOf } from './overviewModel';

const SHOWN = 8;
const ASKED = 1000;
const WIDTH = 240;

/** The organizations with the lowest share of second factors. Unknown is hatched, never drawn as No. */
export function MfaCoverage({ scope, facet }: { scope: string | undefined; facet: Facet }) {
  const list = useQuery({
    queryKey: ['organizations', 'overview', scope ?? ''],
    queryFn: ({ signal }) => unwrap(client.GET('/api/v1/organizations', { params: { query: { scope, limit: ASKED } }, signal })),
  });
  const of = (value: string) => facet.find((item) => item.value === value)?.count ?? 0;
  const known = of('enrolled') + of('not_enrolled');
  const rows = coverageOf(list.data?.items ?? []);
  const first = list.data && list.data.total > ASKED ? ` ${t('Among the first {n} organizations by name.', { n: count(ASKED) })}` : '';
  return (
    <section className="panel card5">
      <PanelHead title={t('MFA coverage')} note={t('{share} of {n} users, where known; lowest first', { share: percent(of('enrolled'), known), n: count(known) }) + first}
        to={<OpenUsers what={t('MFA coverage')} filter="mfa.enrolled eq false" sort="organization" />} />
      {list.error ? <p className="badt">{list.error.detail}</p> : null}
      {list.data && rows.length === 0 ? <p className="mute">{t('No directory here tells whether a second factor is enrolled.')}</p> : null}
      <svg width="0" height="0" aria-hidden className="abs"><defs><pattern id="ov-hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="5" height="5" fill="var(--c-track)" /><rect width="2" height="5" fill="var(--c-unknown)" /></pattern></defs></svg>
      <ul className="ovbars">
        {rows.slice(0, SHOWN).map(({ organization, enrolled, unknown, total }) => {
          const words = t('On {on}, off {off}, unknown {unknown}', { on: count(enrolled), off: count(total - enrolled - unknown), unknown: count(unknown) });
          return (
            <li key={organization.id} data-tip={words}>
              <Link to="/users" search={{ scope: organization.slug, filter: 'mfa.enrolled eq false' }} className="ell"><bdi>{organization.name}</bdi></Link>
              <svg width="100%" height="12" viewBox={`0 0 ${String(WIDTH)} 12`} preserveAspectRatio="none" role="img" aria-label={words}>
                <rect width={WIDTH} height="12" fill="var(--c-track)" />
                <rect x={(WIDTH * enrolled) / total} width={(WIDTH * unknown) / total} height="12" fill="url(#ov-hatch)" />
                <rect width={(WIDTH * enrolled) / total} height="12" fill="var(--c-bar)" />
              </svg>
              <b className="tn">{percent(enrolled, total)}</b>
            </li>
          );
        })}
      </ul>
      <ul className="legend">
        <li><i className="sw bar" />{t('Enrolled')}</li><li><i className="sw hat" />{t('Unknown')}</li><li><i className="sw trk" />{t('Not enrolled')}</li>
      </ul>
    </section>
  );
}
