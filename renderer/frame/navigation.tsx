import {
  CalendarCheck,
  FileSpreadsheet,
  FileText,
  ListChecks,
  LockKeyhole,
  type LucideIcon,
  PackageCheck,
  PlugZap,
  RadioTower,
  TriangleAlert,
} from 'lucide-react';

interface Place {
  readonly id: Screen;
  readonly label: string;
  readonly icon: LucideIcon;
}

export type Screen =
  | 'rules'
  | 'month'
  | 'extracts'
  | 'breaks'
  | 'close'
  | 'reports'
  | 'packs'
  | 'connections'
  | 'siem';

/** Screens that there are, in the order of the work. */
const PLACES: readonly Place[] = [
  { id: 'month', label: 'Month', icon: CalendarCheck },
  { id: 'extracts', label: 'Extracts', icon: FileSpreadsheet },
  { id: 'rules', label: 'Rules', icon: ListChecks },
  { id: 'breaks', label: 'Breaks', icon: TriangleAlert },
  { id: 'close', label: 'Close', icon: LockKeyhole },
  { id: 'reports', label: 'Reports', icon: FileText },
  { id: 'packs', label: 'Evidence', icon: PackageCheck },
  { id: 'connections', label: 'Connections', icon: PlugZap },
  { id: 'siem', label: 'SIEM', icon: RadioTower },
];

interface NavigationProps {
  readonly current: Screen;
  readonly onGo: (screen: Screen) => void;
}

export function Navigation({ current, onGo }: NavigationProps) {
  return (
    <nav className="navigation" aria-label="Screens">
      <div className="brand">
        <svg viewBox="0 0 20 20" className="brand-mark" aria-hidden="true">
          <rect x="1" y="1" width="18" height="18" rx="4" />
          <path d="M5 7.5h10M5 12.5h10M8 15.5l4-11" />
        </svg>
        <span>Tieout</span>
      </div>
      {PLACES.map(({ id, label, icon: Icon }) => (
        <button
          key={id}
          type="button"
          className="place"
          title={label}
          aria-current={id === current ? 'page' : undefined}
          onClick={() => onGo(id)}
        >
          <Icon aria-hidden className="icon" />
          <span className="place-label">{label}</span>
        </button>
      ))}
    </nav>
  );
}
