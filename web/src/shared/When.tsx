import { gmt, relative } from './time';
import { t } from './i18n';

/** A time as people say it; the exact one is in the tooltip, formatted only when shown. */
export function When({ at, never = t('Never'), exact = false }: { at: string | null | undefined; never?: string; exact?: boolean }) {
  if (!at) return <span className="mute">{never}</span>;
  return (
    <>
      <time dateTime={at} data-tip="" data-time={at}>{relative(at)}</time>
      {exact ? <span className="mute tn"> {gmt(at)}</span> : null}
    </>
  );
}
