import type { ReactNode } from 'react';

/** A part of the settings: what it is on the left, what can be set on the right. */
export function Part({ title, note, children }: { title: string; note?: ReactNode; children: ReactNode }) {
  return <section className="setpart"><div><h2>{title}</h2>{note ? <p className="mute">{note}</p> : null}</div><div className="setbody">{children}</div></section>;
}
