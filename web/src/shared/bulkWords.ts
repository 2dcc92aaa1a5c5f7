import type { ActionName } from '../api/client';
import { ACTION_WORD } from './actionWords';
import { t } from './i18n';
import { plural } from './numbers';

/** An action, or several in one. */
export type BulkName = ActionName | 'contain' | 'offboard';

const COMPOSITE_WORD: Readonly<Record<string, string>> = { contain: t('Contain'), offboard: t('Offboard'), undo_offboard: t('Undo offboarding') };

function isActionName(name: string): name is ActionName {
  return name in ACTION_WORD;
}

export function bulkWord(name: string): string {
  return isActionName(name) ? ACTION_WORD[name] : COMPOSITE_WORD[name] ?? name.replace(/_/g, ' ');
}

/** "Suspend: 37 users" */
export function bulkTitle(name: string, users: number): string {
  return `${bulkWord(name)}: ${plural(users, 'user')}`;
}

/** What is destroyed cannot be brought back everywhere: the button is red, and the phrase is asked for. */
export function isDestructive(name: string): boolean {
  return name === 'delete' || name === 'offboard';
}
