import { useEffect, useRef } from 'react';
import { t } from './i18n';
import { timeTip } from './time';

const DELAY_MS = 350;
const MARGIN = 8;

/** One tooltip for the whole page: cells carry data-tip (or data-time), no component per cell. */
export function TipLayer() {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const tip = ref.current;
    if (!tip) return;
    const stop = new AbortController();
    let timer = 0;
    const hide = () => {
      window.clearTimeout(timer);
      tip.hidden = true;
    };
    const place = (target: HTMLElement) => {
      const text = target.dataset.time ? timeTip(target.dataset.time) : target.dataset.tip;
      if (!text) return;
      tip.textContent = text;
      tip.hidden = false;
      const at = target.getBoundingClientRect();
      const box = tip.getBoundingClientRect();
      const left = Math.max(MARGIN, Math.min(innerWidth - box.width - MARGIN, at.left + at.width / 2 - box.width / 2));
      const above = at.top - box.height - 6;
      tip.style.left = `${String(left)}px`;
      tip.style.top = `${String(above > 4 ? above : at.bottom + 6)}px`;
    };
    const show = (event: Event) => {
      window.clearTimeout(timer);
      const target = event.target instanceof Element ? event.target.closest('[data-tip]') : null;
      if (!(target instanceof HTMLElement || target instanceof SVGElement)) { hide(); return; }
      timer = window.setTimeout(() => { if (target.isConnected && target instanceof HTMLElement) place(target); }, event.type === 'focusin' ? 0 : DELAY_MS);
    };
    const options = { signal: stop.signal };
    document.addEventListener('mouseover', show, options);
    document.addEventListener('focusin', show, options);
    document.addEventListener('pointerdown', hide, options);
    document.addEventListener('scroll', hide, { capture: true, signal: stop.signal });
    document.addEventListener('keydown', (event) => { if (event.key === 'Escape') hide(); }, options);
    return () => { stop.abort(); hide(); };
  }, []);
  return <section aria-label={t('Hints')}><div ref={ref} className="tip" role="tooltip" hidden /></section>;
}
