import { t } from './i18n';

/** What an authenticator app scans, and the same to type. The server draws the picture. */
export function QrCode({ svg, secret }: { svg: string; secret: string }) {
  return (
    <div className="enrol">
      <p>{t('Scan this with your authenticator app, or type the key into it. Then type the code it shows.')}</p>
      <img alt={t('QR code for your authenticator app')} width="168" height="168" src={`data:image/svg+xml,${encodeURIComponent(svg)}`} />
      <p className="mono wrapany">{t('Key')}: {secret}</p>
    </div>
  );
}
