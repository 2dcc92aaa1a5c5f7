import type { Alert, FacetName, UserStatus } from '../../api/client';
import { ALERT } from '../../shared/Alerts';
import { connectorWord } from '../../shared/connectorWord';
import { MFA } from '../../shared/MfaCell';
import { STATUS } from '../../shared/StatusBadge';

const MFA_WORD: Record<string, string> = { enrolled: MFA.enrolled.word, not_enrolled: MFA.not_enrolled.word, unknown: MFA.unknown.word };

/** The facet that chooses among the values of a column. */
export const FACET_OF_COLUMN: Readonly<Record<string, FacetName>> = { status: 'status', alerts: 'alerts', mfa: 'mfa', role: 'role', organization: 'organization', connector: 'connection' };

function isStatus(value: string): value is UserStatus {
  return value in STATUS;
}

function isAlert(value: string): value is Alert {
  return value in ALERT;
}

/** How a facet's value is called; ids come with the server's label. */
export function facetValueWord(facet: FacetName, value: string, label?: string): string {
  if (facet === 'status' && isStatus(value)) return STATUS[value].word;
  if (facet === 'alerts' && isAlert(value)) return ALERT[value].word;
  if (facet === 'connector') return label ?? connectorWord(value);
  if (facet === 'mfa') return MFA_WORD[value] ?? value;
  return label ?? value;
}
