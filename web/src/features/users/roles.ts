import type { OrganizationKind } from '../../api/client';
import { t } from '../../shared/i18n';

/** The roles that come with Tenantry. What one may not give, the server refuses with its reason. */
export const ROLE_WORD: Readonly<Record<string, string>> = {
  platform_administrator: t('Platform administrator'),
  distributor_administrator: t('Distributor administrator'),
  partner_administrator: t('Partner administrator'),
  tenant_administrator: t('Tenant administrator'),
  help_desk: t('Help desk'),
  auditor: t('Auditor'),
  user: t('User, own profile only'),
};

/** The roles that make sense on an organization of this kind, the least first. */
export function rolesFor(kind: OrganizationKind): string[] {
  return ['user', 'auditor', 'help_desk', `${kind}_administrator`];
}
