import { Kbd, Menu } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ActionName, User } from '../../api/client';
import { ACTION_WORD } from '../../shared/actionWords';
import { ACTION_GROUPS, ACTIONS, possibility } from './actions';
import { useEligibility } from './useEligibility';
import { t } from '../../shared/i18n';

const WIDTH = 392;

interface Props {
  user: User;
  opened: boolean;
  onChange: (opened: boolean) => void;
  onAction: (action: ActionName, user: User) => void;
  children: ReactNode;
  below?: boolean;
}

/** Every action in one fixed order; what cannot be done stays, grey, with the reason. */
export function RowMenu({ user, opened, onChange, onAction, children, below = false }: Props) {
  const { data: eligibility, error } = useEligibility(user.id, opened);
  return (
    <Menu opened={opened} onChange={onChange} position={below ? 'bottom-start' : 'left-start'} width={WIDTH} offset={4}
      withInitialFocusPlaceholder={false} middlewares={{ flip: false, shift: { padding: 8 } }}>
      <Menu.Target>{children}</Menu.Target>
      <Menu.Dropdown className="amenu tall" aria-label={t('Actions for {name}', { name: user.username })} onClick={(event) => { event.stopPropagation(); }}>
        {error ? <p className="popnote badt">{error.detail}</p> : null}
        {ACTION_GROUPS.map(({ label, actions }) => (
          <div key={label} role="group" aria-label={label} className="agroup">
            <div className="ahead" aria-hidden>{label}</div>
            {actions.map((action) => {
              const { icon: Icon, key, danger, needs } = ACTIONS[action];
              const { allowed, short, detail } = possibility(action, eligibility);
              return (
                <Menu.Item key={action} aria-disabled={!allowed || undefined} closeMenuOnClick={allowed} data-tip={detail || undefined}
                  className={allowed ? (danger ? 'adanger' : '') : 'aoff'} leftSection={<Icon size={16} stroke={1.7} aria-hidden />}
                  rightSection={allowed ? (key ? <Kbd>{key}</Kbd> : null) : <span className="why">{short}</span>}
                  onClick={() => { if (allowed) onAction(action, user); }}>
                  {ACTION_WORD[action]}{needs === 'now' || needs === 'form' ? '' : ' …'}
                </Menu.Item>
              );
            })}
          </div>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
