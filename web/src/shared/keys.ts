/** Whether keys belong to a field that is being typed in. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && !(target instanceof HTMLInputElement && target.type === 'checkbox'));
}

/** Whether a dialog that takes all keys lies over the page. */
export function isBehindDialog(): boolean {
  return document.querySelector('[aria-modal="true"]') !== null;
}
