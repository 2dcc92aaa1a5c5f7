export function Mark({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden className="mark">
      <rect width="24" height="24" rx="6" fill="var(--t-accent)" />
      <path d="M5.5 7h13M9 12h9.5M12.5 17h6" stroke="#fff" strokeWidth="2.2" strokeLinecap="round" />
      <path d="M5.5 10v2.2M9 15v2.2" stroke="#fff" strokeOpacity=".55" strokeWidth="1.6" strokeLinecap="round" />
    </svg>
  );
}
