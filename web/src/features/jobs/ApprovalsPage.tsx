import { SegmentedControl } from '@mantine/core';
import { IconUserCheck } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { EmptyFace } from '../../shared/Faces';
import { t } from '../../shared/i18n';
import { JobList } from './JobsPage';

/** Jobs that wait for a second person, and those that ran without one. */
export function ApprovalsPage() {
  const search = useSearch({ from: '/shell/approvals' });
  const navigate = useNavigate();
  const review = search.show === 'review';
  return (
    <div className="page">
      <div className="phead"><h1>{t('Approvals')}</h1></div>
      <div className="toolbar">
        <SegmentedControl size="xs" aria-label={t('Show')} value={review ? 'review' : 'waiting'} onChange={(value) => { void navigate({ to: '/approvals', search: (s) => ({ ...s, show: value === 'review' ? value : undefined }) }); }}
          data={[{ value: 'waiting', label: t('Waiting') }, { value: 'review', label: t('Ran without approval') }]} />
      </div>
      <JobList state={review ? undefined : 'awaiting_approval'} review={review} empty={(
        <EmptyFace title={review ? t('Nothing to look at') : t('Nothing waits for you')} icon={IconUserCheck}>
          {review ? t('Jobs that ran without their approval in an emergency wait here for somebody else to look at them.') : t('Deletions and very large jobs wait here for a second person.')}
        </EmptyFace>
      )} />
    </div>
  );
}
