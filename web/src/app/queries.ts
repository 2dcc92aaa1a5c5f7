import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from '../api/client';

declare module '@tanstack/react-query' {
  interface Register {
    defaultError: ApiError;
  }
}

const RETRY_BASE_MS = 2_000;
const RETRY_MAX_MS = 30_000;

let onSignedOut = () => { /* Until the shell listens there is nothing to lose. */ };
/** Called whenever the server says that the session ended. */
export function listenToSignedOut(listener: () => void) {
  onSignedOut = listener;
}

function notice(error: Error) {
  if (error instanceof ApiError && error.status === 401) onSignedOut();
}

/** Worth trying again by itself: not reached, busy, or failing; never a refusal. */
export function mayRetry(error: Error): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status === 429 || error.status >= 500);
}

export function retryDelayMs(attempt: number, error: Error): number {
  const told = error instanceof ApiError ? error.retryAfterS : undefined;
  return told ? told * 1000 : Math.min(RETRY_MAX_MS, RETRY_BASE_MS * 2 ** attempt);
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: notice }),
  mutationCache: new MutationCache({ onError: notice }),
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      refetchOnWindowFocus: true,
      retry: (failures, error) => failures < 1 && mayRetry(error),
      retryDelay: retryDelayMs,
      // A face that says "tried again" must be true.
      refetchInterval: (query) => (query.state.error && mayRetry(query.state.error) ? 8_000 : false),
      networkMode: 'always',
    },
    mutations: { networkMode: 'always', retry: false },
  },
});
