import type { ReactNode } from 'react';
import { CONTROLS } from './controls';
import { pointerOf, valueAt, withValue, type Config, type Group } from './schemaForm';

interface Props {
  groups: readonly Group[];
  config: Config;
  errors: Readonly<Record<string, string>>;
  onChange: (config: Config) => void;
}

/** The form a connector asks for: of its configuration, or of an action of its own. Named groups are folded until one of their fields is to blame. */
export function SchemaForm({ groups, config, errors, onChange }: Props) {
  return groups.map((group) => {
    const wrong = group.fields.some((field) => errors[pointerOf(field.path)] !== undefined);
    return (
      <Fold key={group.label} label={group.label} open={wrong}>
        {group.fields.map((field) => {
          const Control = CONTROLS[field.kind];
          const pointer = pointerOf(field.path);
          return <Control key={pointer} field={field} value={valueAt(config, field.path)} error={errors[pointer]} onChange={(value) => { onChange(withValue(config, field.path, value)); }} />;
        })}
      </Fold>
    );
  });
}

function Fold({ label, open, children }: { label: string; open: boolean; children: ReactNode }) {
  if (!label) return <div className="cfggroup">{children}</div>;
  return (
    <details className="cfgfold" {...(open ? { open: true } : {})}>
      <summary>{label}</summary>
      <div className="cfggroup">{children}</div>
    </details>
  );
}
