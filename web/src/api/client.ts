import createClient, { type Middleware } from 'openapi-fetch';
import type { components, paths } from './schema';

type Schemas = components['schemas'];
export type User = Schemas['User'];
export type UserPage = Schemas['UserPage'];
export type UserStatus = Schemas['UserStatus'];
export type Alert = Schemas['Alert'];
export type Mfa = Schemas['Mfa'];
export type StatusCause = Schemas['StatusCause'];
export type FacetName = Schemas['FacetName'];
export type Facet = Schemas['Facet'];
export type Completeness = Schemas['Completeness'];
export type ActionName = Schemas['ActionName'];
export type ActionEligibility = Schemas['ActionEligibility'];
export type ConnectorAction = Schemas['ConnectorAction'];
export type ActionResult = Schemas['ActionResult'];
export type ReasonCode = Schemas['ReasonCode'];
export type Outcome = Schemas['ActivityOutcome'];
export type Organization = Schemas['Organization'];
export type OrganizationKind = Schemas['OrganizationKind'];
export type ConnectionState = Schemas['ConnectionState'];
export type HealthState = Schemas['HealthState'];
export type ConnectionBrief = Schemas['ConnectionBrief'];
export type Connection = Schemas['Connection'];
export type ConnectionTest = Schemas['ConnectionTest'];
export type Connector = Schemas['Connector'];
export type ConnectorHealth = Schemas['ConnectorHealth'];
export type ConnectorReport = Schemas['ConnectorReport'];
export type LinkPurpose = Schemas['LinkPurpose'];
export type LinkState = Schemas['LinkState'];
export type Passkey = Schemas['Passkey'];
export type UserCreate = Schemas['UserCreate'];
export type Run = Schemas['Run'];
export type Me = Schemas['Me'];
export type ActivityEntry = Schemas['ActivityEntry'];
export type Permission = Schemas['Permission'];
export type UserPatch = Schemas['UserPatch'];
export type Plan = Schemas['Plan'];
export type PlanItem = Schemas['PlanItem'];
export type PlanVerdict = Schemas['PlanVerdict'];
export type PlanRequest = Schemas['PlanRequest'];
export type Job = Schemas['Job'];
export type JobState = Schemas['JobState'];
export type JobItem = Schemas['JobItem'];
export type ItemOutcome = Schemas['ItemOutcome'];
export type JobOutcomes = Schemas['JobOutcomes'];
export type MaintenanceWindowState = Schemas['MaintenanceWindowState'];
export type Role = Schemas['Role'];
export type RoleGrant = Schemas['RoleGrant'];
export type ApiToken = Schemas['ApiToken'];
export type SavedView = Schemas['SavedView'];
export type Policies = Schemas['Policies'];
export type PolicyRules = Schemas['PolicyRules'];
export type MailState = Schemas['MailState'];
type Problem = Schemas['Problem'];

/** Why a call failed, in the server's words. status 0: the server was not reached at all. */
export class ApiError extends Error {
  readonly status: number;
  readonly detail: string;
  readonly pointer: string | undefined;
  /** The stable kind of the problem, without its prefix. */
  readonly kind: string;
  /** Finishes a sign-in that needs something more. */
  readonly linkToken: string | undefined;
  readonly requestId: string | undefined;
  readonly retryAfterS: number | undefined;

  constructor(status: number, problem: Partial<Problem>, retryAfterS?: number) {
    super(problem.detail ?? problem.title ?? `The server answered ${String(status)}.`);
    this.status = status;
    this.detail = this.message;
    this.pointer = problem.pointer;
    this.kind = (problem.type ?? '').replace('urn:tenantry:problem:', '');
    this.linkToken = problem.link_token;
    this.requestId = problem.request_id;
    this.retryAfterS = retryAfterS;
  }
}

let csrfToken = '';
export function setCsrfToken(token: string) {
  csrfToken = token;
}

const csrf: Middleware = {
  onRequest({ request }) {
    if (request.method !== 'GET' && csrfToken) request.headers.set('X-CSRF-Token', csrfToken);
    return request;
  },
};

export const client = createClient<paths>({
  baseUrl: location.origin,
  querySerializer: { array: { style: 'form', explode: false } },
});
client.use(csrf);

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

function retryAfter(response: Response): number | undefined {
  const seconds = Number(response.headers.get('Retry-After'));
  return Number.isFinite(seconds) && seconds > 0 ? seconds : undefined;
}

/** The data and its ETag, or an ApiError. Nothing else is thrown. */
export async function answer<T>(call: Promise<Answer<T>>): Promise<{ data: T; etag: string | null }> {
  let result: Answer<T>;
  try {
    result = await call;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new ApiError(0, { detail: 'The server cannot be reached.' });
  }
  const { data, error, response } = result;
  if (!response.ok) {
    const problem = typeof error === 'object' && error !== null ? (error as Partial<Problem>) : {};
    throw new ApiError(response.status, problem, retryAfter(response));
  }
  // An answer without a body (204) has no data; its type says so.
  return { data: data as T, etag: response.headers.get('ETag') };
}

export async function unwrap<T>(call: Promise<Answer<T>>): Promise<T> {
  return (await answer(call)).data;
}

export type EventName = 'hello' | 'resync' | 'users_changed' | 'organizations_changed' | 'connection_changed' | 'run_progress' | 'activity' | 'job_progress';

/** Listens to the server's events until the returned function is called. */
export function listenToEvents(onEvent: (name: EventName) => void, onLive: (live: boolean) => void): () => void {
  const source = new EventSource('/api/v1/events');
  const names: EventName[] = ['hello', 'resync', 'users_changed', 'organizations_changed', 'connection_changed', 'run_progress', 'activity', 'job_progress'];
  source.onopen = () => { onLive(true); };
  source.onerror = () => { onLive(false); };
  for (const name of names) source.addEventListener(name, () => { onEvent(name); });
  return () => { source.close(); };
}
