import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { isBehindDialog, isTyping } from '../shared/keys';
import { useLetterKeys } from '../shared/preferences';
import { PAGES } from './pages';

const SEQUENCE_MS = 1_200;

/** Ctrl K, ?, [ and G with a letter: from every page, never while one types. */
export function useGlobalKeys({ onPalette, onSheet }: { onPalette: () => void; onSheet: () => void }) {
  const navigate = useNavigate();
  const [letters] = useLetterKeys();
  const latest = useRef({ onPalette, onSheet });
  latest.current = { onPalette, onSheet };
  useEffect(() => {
    // Since when a G waits for its letter; the clock starts at 0 with the page, so 0 would be a moment like others.
    let gone = -Infinity;
    const onKey = (event: KeyboardEvent) => {
      const key = event.key.toLowerCase();
      if ((event.ctrlKey || event.metaKey) && key === 'k') { event.preventDefault(); latest.current.onPalette(); return; }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || isBehindDialog()) return;
      if (event.key === '?') { event.preventDefault(); latest.current.onSheet(); return; }
      if (!letters) return;
      if (key === '[') { document.querySelector<HTMLButtonElement>('.coll')?.click(); return; }
      const page = PAGES.find((one) => one.key === key);
      if (page && event.timeStamp - gone < SEQUENCE_MS) {
        gone = -Infinity;
        event.preventDefault();
        event.stopImmediatePropagation();
        void navigate({ to: page.to, search: (s) => ({ scope: s.scope }) });
        return;
      }
      gone = key === 'g' ? event.timeStamp : -Infinity;
    };
    // Before the page's own letters: the U of "G U" is not Unlock.
    document.addEventListener('keydown', onKey, { capture: true });
    return () => { document.removeEventListener('keydown', onKey, { capture: true }); };
  }, [navigate, letters]);
}
