import { pathText } from './PathLine';

/** The name, then the parent if it fits whole; the full path in the tooltip. */
export function OrganizationCell({ name, path }: { name: string; path: readonly string[] }) {
  const parent = path.at(-1);
  return (
    <span className="orgc" data-tip={pathText([...path, name])}>
      <bdi className="on">{name}</bdi>
      {parent ? <bdi className="op">{parent}</bdi> : null}
    </span>
  );
}
