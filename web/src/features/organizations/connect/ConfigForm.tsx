import { CONTROLS } from './controls';
import { pointerOf, valueAt, withValue, type Config, type Group } from './schemaForm';

interface Props {
  groups: readonly Group[];
  config: Config;
  errors: Readonly<Record<string, string>>;
  onChange: (config: Config) => void;
}

/** The form a connector asks for. */
export function ConfigForm({ groups, config, errors, onChange }: Props) {
  return groups.map((group) => (
    <fieldset key={group.label} className="cfggroup">
      {group.label ? <legend>{group.label}</legend> : null}
      {group.fields.map((field) => {
        const Control = CONTROLS[field.kind];
        const pointer = pointerOf(field.path);
        return <Control key={pointer} field={field} value={valueAt(config, field.path)} error={errors[pointer]} onChange={(value) => { onChange(withValue(config, field.path, value)); }} />;
      })}
    </fieldset>
  ));
}
