import { words } from './words';

const COLUMNS: readonly (readonly (readonly [number, number])[])[] = [
  [[40, 300]],
  [[150, 170], [150, 320], [150, 450]],
  [[280, 100], [280, 160], [280, 220], [280, 290], [280, 350], [280, 420], [280, 490]],
  Array.from({ length: 22 }, (_, i): readonly [number, number] => [420, 52 + i * 24]),
];
const RADIUS = [9, 7, 5, 3.4];
const HOT = [0, 1, 3, 11];

function nearest(column: readonly (readonly [number, number])[], y: number): readonly [number, number] {
  return column.reduce((best, point) => (Math.abs(point[1] - y) < Math.abs(best[1] - y) ? point : best));
}

function link([ax, ay]: readonly [number, number], [bx, by]: readonly [number, number]): string {
  const middle = (ax + bx) / 2;
  return `M${String(ax)} ${String(ay)}C${String(middle)} ${String(ay)} ${String(middle)} ${String(by)} ${String(bx)} ${String(by)}`;
}

/** The estate as a tree with one way through it: decoration. */
export function Picture() {
  return (
    <div className="spic" aria-hidden>
      <svg viewBox="0 0 470 600" preserveAspectRatio="xMidYMid meet">
        {COLUMNS.flatMap((points, c) => {
          const before = COLUMNS[c - 1];
          return before ? points.map((point, i) => (
            <path key={`${String(c)}-${String(i)}`} d={link(nearest(before, point[1]), point)} className={HOT[c] === i ? 'l hot' : 'l'} />
          )) : [];
        })}
        {COLUMNS.flatMap((points, c) => points.map(([x, y], i) => (
          <circle key={`${String(c)}.${String(i)}`} cx={x} cy={y} r={RADIUS[c]} className={HOT[c] === i ? `d d${String(c)} hot` : `d d${String(c)}`} />
        )))}
      </svg>
      <p>{words.slogan[0]}<br />{words.slogan[1]}</p>
    </div>
  );
}
