import { IconCircleCheck, IconCircleX, IconLoader2 } from '@tabler/icons-react';
import { t } from '../../../shared/i18n';
import type { ApiError, ConnectionTest } from '../../../api/client';
import { plural } from '../../../shared/numbers';

export function TestResult({ result, pending, failure }: { result: ConnectionTest | null; pending: boolean; failure: ApiError | null }) {
  if (pending) return <p className="testresult mute" role="status"><IconLoader2 size={16} className="spin" aria-hidden />{t('The directory is being tried.')}</p>;
  if (failure) return <p className="testresult badt" role="alert"><IconCircleX size={16} aria-hidden />{failure.detail}</p>;
  if (!result) return <p className="testresult mute">{t('It is tried before it is saved. Nothing is changed in the directory.')}</p>;
  const users = result.users === null ? '' : ` ${t('{users} can be read.', { users: plural(result.users, 'user') })}`;
  return result.ok ? (
    <p className="testresult okt" role="status"><IconCircleCheck size={16} aria-hidden />{result.detail}{result.detail.includes('can be read') ? '' : users}</p>
  ) : (
    <p className="testresult badt" role="alert"><IconCircleX size={16} aria-hidden />{result.detail}</p>
  );
}
