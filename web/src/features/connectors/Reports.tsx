import { useQuery } from '@tanstack/react-query';
import { t } from '../../shared/i18n';
import { client, unwrap, type ConnectorReport } from '../../api/client';
import { When } from '../../shared/When';

/** What ended the connector's process, the newest first. */
export function Reports({ name }: { name: string }) {
  const reports = useQuery({ queryKey: ['connectors', name, 'reports'], queryFn: ({ signal }) => unwrap(client.GET('/api/v1/connectors/{name}/reports', { params: { path: { name } }, signal })) });
  return (
    <section>
      <h3>{t('Reports')}</h3>
      {reports.isPending ? <p className="mute">{t('Loading')}</p> : null}
      {reports.error ? <p className="badt">{reports.error.detail}</p> : null}
      {reports.data?.items.length === 0 ? <p className="mute">{t('Its process never ended by itself.')}</p> : null}
      <ul className="reports">{reports.data?.items.map((report) => <Report key={report.id} report={report} />)}</ul>
    </section>
  );
}

function Report({ report }: { report: ConnectorReport }) {
  return (
    <li>
      <details className="cfgfold">
        <summary><span>{report.detail}</span><When at={report.at} /></summary>
        <p>{report.consequence}</p>
        <p className="mute">{t('Version {version}, process {pid}', { version: report.version, pid: report.pid })}{report.code_offset ? `, ${report.code_offset}` : ''}</p>
        {report.calls.length > 0 ? <ul className="ev">{report.calls.map((call, i) => <li key={i}><div><b>{call.operation}</b><p className={call.suspect ? 'badt' : 'mute'}>{call.connection}, {call.ran_ms} {t('ms')}</p></div></li>)}</ul> : null}
        {report.log.length > 0 ? <pre className="log" tabIndex={0}>{report.log.join('\n')}</pre> : null}
        {report.stderr ? <pre className="log" tabIndex={0}>{report.stderr}</pre> : null}
      </details>
    </li>
  );
}
