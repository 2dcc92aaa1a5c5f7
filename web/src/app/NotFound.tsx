import { Link } from '@tanstack/react-router';
import { t } from '../shared/i18n';
import { IconMapOff } from '@tabler/icons-react';
import { EmptyFace } from '../shared/Faces';

export function NotFound() {
  return (
    <main className="page alone">
      <EmptyFace title={t('There is no such page')} icon={IconMapOff} action={<Link to="/users" className="lk">{t('Go to Users')}</Link>}>
        {t('The address may be mistyped, or the page does not exist any more.')}
      </EmptyFace>
    </main>
  );
}
