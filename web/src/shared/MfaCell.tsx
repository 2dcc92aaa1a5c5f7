import { IconShieldCheck, IconShieldOff, IconShieldQuestion } from '@tabler/icons-react';
import { flat, type FlatIcon } from './flat';
import { t } from './i18n';
import type { Mfa } from '../api/client';

export type MfaState = 'enrolled' | 'not_enrolled' | 'not_enrolled_required' | 'unknown';

export const MFA: Record<MfaState, { word: string; note: string; icon: FlatIcon; className: string; tip: string }> = {
  enrolled: { word: t('On'), note: '', icon: flat(IconShieldCheck), className: 'mfa ok', tip: t('A second factor is enrolled.') },
  not_enrolled: { word: t('Off'), note: '', icon: flat(IconShieldOff), className: 'mfa off', tip: t('No second factor. Not required.') },
  not_enrolled_required: { word: t('Off'), note: 'required', icon: flat(IconShieldOff), className: 'mfa off req', tip: t('No second factor, although policy requires one.') },
  unknown: { word: t('Unknown'), note: '', icon: flat(IconShieldQuestion), className: 'mfa unk', tip: t('The directory does not tell whether a second factor is enrolled.') },
};

/** Unknown is never drawn as No. */
export function mfaState(mfa: Mfa): MfaState {
  if (mfa.enrolled === null) return 'unknown';
  if (mfa.enrolled) return 'enrolled';
  return mfa.required ? 'not_enrolled_required' : 'not_enrolled';
}

/** What is said of a second factor: its look, the words beside the icon, and the hint. */
export function mfaWords(mfa: Mfa) {
  const state = mfaState(mfa);
  const look = MFA[state];
  const [method] = state === 'enrolled' ? mfa.methods : [];
  return { ...look, note: method ?? look.note, tip: method === undefined ? look.tip : t('Second factor: {methods}.', { methods: mfa.methods.join(', ') }) };
}

export function MfaCell({ mfa }: { mfa: Mfa }) {
  const { icon: Icon, word, note, className, tip } = mfaWords(mfa);
  return (
    <span className={className} data-tip={tip}>
      <Icon size={15} stroke={1.8} aria-hidden />
      {word}
      {note ? <i>{note}</i> : null}
    </span>
  );
}
