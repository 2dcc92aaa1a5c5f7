import { useEffect, type ReactNode } from 'react';
import { Mark } from '../../shared/Mark';
import { Picture } from './Picture';

/** A page before one is signed in. */
export function Frame({ title, brand, footer, children }: { title: string; brand?: string | undefined; footer?: ReactNode; children: ReactNode }) {
  useEffect(() => { document.title = `${title} · Tenantry`; }, [title]);
  return (
    <div className="signin">
      <div className="sform">
        <header className="sbrand"><Mark size={28} /><b><bdi>{brand || 'Tenantry'}</bdi></b></header>
        <main className="sbody">{children}</main>
        {footer ? <footer className="mute">{footer}</footer> : null}
      </div>
      <Picture />
    </div>
  );
}
