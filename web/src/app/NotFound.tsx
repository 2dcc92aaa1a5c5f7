import { Link } from '@tanstack/react-router';
import { IconMapOff } from '@tabler/icons-react';
import { EmptyFace } from '../shared/Faces';

export function NotFound() {
  return (
    <main className="page alone">
      <EmptyFace title="There is no such page" icon={IconMapOff} action={<Link to="/users" className="lk">Go to Users</Link>}>
        The address may be mistyped, or the page does not exist any more.
      </EmptyFace>
    </main>
  );
}
