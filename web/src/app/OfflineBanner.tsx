import { IconCloudOff } from '@tabler/icons-react';
import { t } from '../shared/i18n';
import { useSyncExternalStore } from 'react';

function subscribe(onChange: () => void) {
  window.addEventListener('online', onChange);
  window.addEventListener('offline', onChange);
  return () => {
    window.removeEventListener('online', onChange);
    window.removeEventListener('offline', onChange);
  };
}

export function OfflineBanner() {
  const online = useSyncExternalStore(subscribe, () => navigator.onLine);
  if (online) return null;
  return (
    <div className="banner" role="alert">
      <IconCloudOff size={16} aria-hidden />
      {t('This computer is offline. What you see was loaded before; nothing can be changed until it is back.')}
    </div>
  );
}
