import { Button } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconX } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useRef, useState, type KeyboardEvent } from 'react';
import { client, unwrap } from '../../api/client';
import { t } from '../../shared/i18n';
import { count } from '../../shared/numbers';
import { complete, errorAt, type Completion } from './completionModel';
import type { ListQuery } from './listQuery';

const DEBOUNCE_MS = 150;

interface Props {
  query: ListQuery;
  onApply: (expression: string | undefined) => void;
  onClose: () => void;
}

/** The filter as one writes it, with completion, how many it finds, and the error under its column. */
export function ExpressionBar({ query, onApply, onClose }: Props) {
  const [draft, setDraft] = useState(query.filter ?? '');
  const [known, setKnown] = useState(query.filter);
  const [caret, setCaret] = useState<number | null>(null);
  const [active, setActive] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  if (query.filter !== known) { setKnown(query.filter); setDraft(query.filter ?? ''); }
  const [asked] = useDebouncedValue(draft.trim(), DEBOUNCE_MS);
  const { scope, q } = query;
  const found = useQuery({
    queryKey: ['expression', scope ?? '', q ?? '', asked],
    queryFn: async ({ signal }) => (await unwrap(client.GET('/api/v1/users', { params: { query: { scope, q, filter: asked || undefined, limit: 1 } }, signal }))).total,
    placeholderData: keepPreviousData,
    retry: false,
  });
  const fresh = asked === draft.trim() && !found.isFetching;
  const wrong = fresh && found.error?.status === 400 ? errorAt(found.error.detail) : null;
  const completion = caret === null ? null : complete(draft, caret);
  const options = completion?.options.slice(0, 12) ?? [];

  const look = () => { setCaret(input.current?.selectionStart ?? null); setActive(0); };
  const take = (from: Completion, text: string) => {
    const end = text.endsWith('(') ? '' : ' ';
    const next = draft.slice(0, from.from) + text + end + draft.slice(from.to).trimStart();
    const at = from.from + text.length + end.length;
    setDraft(next);
    setCaret(at);
    setActive(0);
    requestAnimationFrame(() => { input.current?.setSelectionRange(at, at); });
  };
  const apply = () => { if (!wrong) onApply(draft.trim() || undefined); };
  const onKeyDown = (event: KeyboardEvent) => {
    const chosen = options[active];
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (options.length === 0) return;
      event.preventDefault();
      setActive((active + (event.key === 'ArrowDown' ? 1 : options.length - 1)) % options.length);
    } else if (event.key === 'Tab' && !event.shiftKey && chosen && completion) {
      event.preventDefault();
      take(completion, chosen.text);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      setCaret(null);
      apply();
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      if (caret !== null) setCaret(null);
      else onClose();
    }
  };
  return (
    <div className="exprbar" role="group" aria-label={t('Filter expression')}>
      <div className="exprbox">
        <input ref={input} className="exprin" value={draft} spellCheck={false} autoComplete="off" autoFocus aria-label={t('Filter expression')} placeholder={'status eq "LOCKED_OUT" and mfa.enrolled eq false'}
          role="combobox" aria-expanded={options.length > 0} aria-controls="expr-options" aria-activedescendant={options[active] ? `expr-${String(active)}` : undefined} aria-invalid={wrong !== null}
          onChange={(event) => { setDraft(event.target.value); setCaret(event.target.selectionStart); setActive(0); }} onClick={look} onKeyUp={(event) => { if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') look(); }}
          onKeyDown={onKeyDown} onFocus={look} onBlur={() => { setCaret(null); }} />
        {wrong?.column !== null && wrong ? <div className="exprmark" aria-hidden><span>{draft.slice(0, wrong.column)}</span><i>^</i></div> : null}
        {completion && options.length > 0 ? (
          <ul className="exprlist" role="listbox" id="expr-options" aria-label={t('Completions')}>
            {options.map((option, i) => (
              <li key={option.text} id={`expr-${String(i)}`} role="option" aria-selected={i === active} onPointerDown={(event) => { event.preventDefault(); take(completion, option.text); }}>
                <code>{option.text}</code><span>{option.hint}</span>
              </li>
            ))}
          </ul>
        ) : null}
      </div>
      <p className={wrong ? 'exprsays badt' : 'exprsays mute'} role="status" data-tip={wrong?.words}>
        {wrong ? <>{wrong.column === null ? '' : `${t('Column {n}', { n: wrong.column + 1 })}: `}{wrong.words}</> : found.data === undefined || !fresh ? '' : t('{n} match', { n: count(found.data) })}
      </p>
      <Button size="xs" disabled={wrong !== null} onClick={apply}>{t('Apply')}</Button>
      <button type="button" className="xbtn" aria-label={t('Close the expression')} onClick={onClose}><IconX size={15} /></button>
    </div>
  );
}
