import { IconShieldCheck, IconShieldOff, IconShieldQuestion, type Icon } from '@tabler/icons-react';
import { t } from './i18n';
import type { Mfa } from '../api/client';

export type MfaState = 'enrolled' | 'not_enrolled' | 'not_enrolled_required' | 'unknown';

export const MFA: Record<MfaState, { word: string; note: string; icon: Icon; className: string; tip: string }> = {
  enrolled: { word: t('On'), note: '', icon: IconShieldCheck, className: 'mfa ok', tip: t('A second factor is enrolled.') },
  not_enrolled: { word: t('Off'), note: '', icon: IconShieldOff, className: 'mfa off', tip: t('No second factor. Not required.') },
  not_enrolled_required: { word: t('Off'), note: 'required', icon: IconShieldOff, className: 'mfa off req', tip: t('No second factor, although policy requires one.') },
  unknown: { word: t('Unknown'), note: '', icon: IconShieldQuestion, className: 'mfa unk', tip: t('The directory does not tell whether a second factor is enrolled.') },
};

/** Unknown is never drawn as No. */
export function mfaState(mfa: Mfa): MfaState {
  if (mfa.enrolled === null) return 'unknown';
  if (mfa.enrolled) return 'enrolled';
  return mfa.required ? 'not_enrolled_required' : 'not_enrolled';
}

export function MfaCell({ mfa }: { mfa: Mfa }) {
  const state = mfaState(mfa);
  const { icon: Icon, word, note, className, tip } = MFA[state];
  const method = state === 'enrolled' ? mfa.methods[0] : undefined;
  const fullTip = state === 'enrolled' && mfa.methods.length > 0 ? t('Second factor: {methods}.', { methods: mfa.methods.join(', ') }) : tip;
  return (
    <span className={className} data-tip={fullTip}>
      <Icon size={15} stroke={1.8} aria-hidden />
      {word}
      {method ?? note ? <i>{method ?? note}</i> : null}
    </span>
  );
}
