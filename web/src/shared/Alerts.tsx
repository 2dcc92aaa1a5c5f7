import {
  IconClockExclamation, IconCloudOff, IconCrown, IconLockExclamation, IconMailX, IconShieldX, IconZzz,
} from '@tabler/icons-react';
import { flat, type FlatIcon } from './flat';
import { t } from './i18n';
import type { Alert } from '../api/client';

export const ALERT: Record<Alert, { word: string; icon: FlatIcon; tone: 'bad' | 'warn' | 'mute' }> = {
  locked_out: { word: t('Locked out'), icon: flat(IconLockExclamation), tone: 'bad' },
  password_expired: { word: t('Password expired'), icon: flat(IconClockExclamation), tone: 'warn' },
  no_mfa: { word: t('No second factor'), icon: flat(IconShieldX), tone: 'warn' },
  invite_expired: { word: t('Invitation expired'), icon: flat(IconMailX), tone: 'warn' },
  inactive: { word: t('No sign-in for 90 days'), icon: flat(IconZzz), tone: 'mute' },
  stale: { word: t('Shown from an older reading'), icon: flat(IconCloudOff), tone: 'mute' },
  privileged: { word: t('Privileged role'), icon: flat(IconCrown), tone: 'mute' },
};

const SHOWN_MAX = 3;

export function Alerts({ list }: { list: readonly Alert[] }) {
  if (list.length === 0) return <span className="none" role="img" aria-label={t('No alerts')}>–</span>;
  const rest = list.slice(SHOWN_MAX);
  return (
    <span className="alerts">
      {list.slice(0, SHOWN_MAX).map((alert) => {
        const { icon: Icon, word, tone } = ALERT[alert];
        return (
          <span key={alert} role="img" aria-label={word} data-tip={word} className={`al ${tone}`}>
            <Icon size={16} stroke={1.8} aria-hidden />
          </span>
        );
      })}
      {rest.length > 0 ? <span className="more" data-tip={rest.map((a) => ALERT[a].word).join(', ')}>+{rest.length}</span> : null}
    </span>
  );
}
