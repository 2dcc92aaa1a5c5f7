import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { client, unwrap, type PlanRequest } from '../api/client';
import { toastError } from './toasts';

/** Previews an action on many users and opens the preview. Nothing is changed. */
export function useMakePlan() {
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (body: PlanRequest) => unwrap(client.POST('/api/v1/plans', { body, params: { header: { 'Idempotency-Key': crypto.randomUUID() } } })),
    onSuccess: (plan) => { void navigate({ to: '.', search: (s) => ({ ...s, plan: plan.id }) }); },
    onError: toastError,
  });
}
