import { Kbd, Menu } from '@mantine/core';
import { IconPuzzle, type Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { User } from '../../api/client';
import { ACTION_WORD } from '../../shared/actionWords';
import { connectorWord } from '../../shared/connectorWord';
import { ACTION_GROUPS, ACTIONS, judged, possibility, type Possibility } from './actions';
import { useConnectors } from './useConnectors';
import { useEligibility, useOwnActions } from './useEligibility';
import { t } from '../../shared/i18n';

const WIDTH = 392;

interface Props {
  user: User;
  opened: boolean;
  onChange: (opened: boolean) => void;
  /** With the name of an action: one of everybody's, or one of the connector's own. */
  onAction: (action: string, user: User) => void;
  children: ReactNode;
  below?: boolean;
}

/** Every action in one fixed order, those of the connector's own last; what cannot be done stays, grey, with the reason. */
export function RowMenu({ user, opened, onChange, onAction, children, below = false }: Props) {
  const { data: eligibility, error } = useEligibility(user.id, opened);
  return (
    <Menu opened={opened} onChange={onChange} position={below ? 'bottom-start' : 'left-start'} width={WIDTH} offset={4}
      withInitialFocusPlaceholder={false} middlewares={{ flip: false, shift: { padding: 8 } }}>
      <Menu.Target>{children}</Menu.Target>
      <Menu.Dropdown className="amenu tall" aria-label={t('Actions for {name}', { name: user.username })} onClick={(event) => { event.stopPropagation(); }}>
        {error ? <p className="popnote badt">{error.detail}</p> : null}
        {ACTION_GROUPS.map(({ label, actions }) => (
          <Group key={label} label={label}>
            {actions.map((action) => {
              const { icon, key, danger, needs } = ACTIONS[action];
              return (
                <Item key={action} icon={icon} hint={key} danger={danger} possible={possibility(action, eligibility)} onChoose={() => { onAction(action, user); }}>
                  {ACTION_WORD[action]}{needs === 'now' || needs === 'form' ? '' : ' …'}
                </Item>
              );
            })}
          </Group>
        ))}
        {opened ? <OwnActions user={user} onAction={onAction} /> : null}
      </Menu.Dropdown>
    </Menu>
  );
}

/** What the user's connector can do besides. */
function OwnActions({ user, onAction }: Pick<Props, 'user' | 'onAction'>) {
  const actions = useOwnActions(user.id);
  const connector = useConnectors()?.find((one) => one.name === user.connector);
  if (actions.length === 0) return null;
  return (
    <Group label={connector?.title ?? connectorWord(user.connector)}>
      {actions.map((own) => (
        <Item key={own.action} icon={IconPuzzle} danger={own.risk === 'high'} possible={judged(own)} onChoose={() => { onAction(own.action, user); }}>
          <bdi>{own.title}</bdi> …
        </Item>
      ))}
    </Group>
  );
}

function Group({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div role="group" aria-label={label} className="agroup">
      <div className="ahead" aria-hidden>{label}</div>
      {children}
    </div>
  );
}

interface ItemProps {
  icon: Icon;
  hint?: string | undefined;
  danger: boolean | undefined;
  possible: Possibility;
  onChoose: () => void;
  children: ReactNode;
}

function Item({ icon: Icon, hint, danger = false, possible: { allowed, short, detail }, onChoose, children }: ItemProps) {
  return (
    <Menu.Item aria-disabled={!allowed || undefined} closeMenuOnClick={allowed} data-tip={detail || undefined}
      className={allowed ? (danger ? 'adanger' : '') : 'aoff'} leftSection={<Icon size={16} stroke={1.7} aria-hidden />}
      rightSection={allowed ? (hint ? <Kbd>{hint}</Kbd> : null) : <span className="why">{short}</span>}
      onClick={() => { if (allowed) onChoose(); }}>
      {children}
    </Menu.Item>
  );
}
