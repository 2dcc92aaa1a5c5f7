import { Checkbox } from '@mantine/core';
import type { Permission } from '../api/client';
import { t } from './i18n';
import { PERMISSION_GROUPS } from './permissions';

interface Props {
  chosen: readonly Permission[];
  onChange: (chosen: Permission[]) => void;
  /** What the operator holds there; undefined until the server has told. */
  held: readonly Permission[] | undefined;
  where: string;
}

/** Permissions to choose from. What one does not hold oneself cannot be given, and says so. */
export function PermissionChoice({ chosen, onChange, held, where }: Props) {
  const toggle = (permission: Permission, on: boolean) => { onChange(on ? [...chosen, permission] : chosen.filter((one) => one !== permission)); };
  return (
    <div className="perms">
      {PERMISSION_GROUPS.map(({ title, items }) => {
        const givable = items.filter(({ permission }) => held?.includes(permission)).map(({ permission }) => permission);
        const all = givable.length > 0 && givable.every((one) => chosen.includes(one));
        return (
          <fieldset key={title}>
            <legend>{title}</legend>
            <button type="button" className="lk" aria-label={`${all ? t('None') : t('All')}: ${title}`} aria-disabled={givable.length === 0 || undefined}
              onClick={() => { onChange(all ? chosen.filter((one) => !givable.includes(one)) : [...new Set([...chosen, ...givable])]); }}>{all ? t('None') : t('All')}</button>
            {items.map(({ permission, word }) => {
              const mine = held?.includes(permission) ?? false;
              return (
                <Checkbox key={permission} size="xs" label={word} checked={chosen.includes(permission)} disabled={!mine}
                  description={held && !mine ? t('You do not hold this on {name} yourself.', { name: where }) : undefined}
                  onChange={(event) => { toggle(permission, event.currentTarget.checked); }} />
              );
            })}
          </fieldset>
        );
      })}
    </div>
  );
}

/** The same to read: what a role or a token may do. */
export function PermissionList({ permissions }: { permissions: readonly Permission[] }) {
  const groups = PERMISSION_GROUPS.map(({ title, items }) => ({ title, items: items.filter(({ permission }) => permissions.includes(permission)) })).filter(({ items }) => items.length > 0);
  if (groups.length === 0) return <p className="mute">{t('Nothing beyond one’s own profile.')}</p>;
  return (
    <>
      {groups.map(({ title, items }) => (
        <section key={title}><h3>{title}</h3><ul className="permlist">{items.map(({ permission, word }) => <li key={permission}>{word}<span className="mono">{permission}</span></li>)}</ul></section>
      ))}
    </>
  );
}
