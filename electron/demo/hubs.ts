import type { Commodity, VolumeUnit } from '../../shared/settlement.ts';
import { GAS_ZONE, type Notation } from './delivery-windows.ts';

/** A place where the sample book trades, and how its market quotes. The prices are invented. */
export interface Hub {
  readonly market: string;
  /** As the market writes it. */
  readonly location: string;
  readonly timezone: string;
  readonly notation: Notation;
  readonly commodity: Commodity;
  readonly chargeType: string;
  readonly volumeUnit: VolumeUnit;
  readonly priceUnit: string;
  readonly currency: string;
  readonly curveId: string;
  /** Typical price in millionths of the currency. */
  readonly basePrice: number;
  /** Digits after the point, at most 6. */
  readonly priceDecimals: number;
}

const EASTERN = 'America/New_York';
const CENTRAL = 'America/Chicago';
const PACIFIC = 'America/Los_Angeles';
/** MISO runs on Eastern Standard Time all year (domain notes, "Time"); Panama's zone is that, and has a plain name. */
const EASTERN_STANDARD = 'America/Panama';

function power(
  market: string,
  location: string,
  timezone: string,
  usdPerMwh: number,
  priceDecimals: number,
): Hub {
  return {
    market,
    location,
    timezone,
    notation: market === 'CAISO' ? 'utc' : 'offset',
    commodity: 'POWER',
    chargeType: 'ENERGY',
    volumeUnit: 'MWH',
    priceUnit: 'USD/MWH',
    currency: 'USD',
    curveId: `${market}-RT-${location.replaceAll(/[^A-Z0-9]+/gi, '_').toUpperCase()}`,
    basePrice: usdPerMwh * 1_000_000,
    priceDecimals,
  };
}

function gas(location: string, price: number, volumeUnit: VolumeUnit = 'MMBTU', currency = 'USD'): Hub {
  return {
    market: 'GAS',
    location,
    timezone: GAS_ZONE,
    notation: 'offset',
    commodity: 'NATURAL_GAS',
    chargeType: 'COMMODITY',
    volumeUnit,
    priceUnit: `${currency}/${volumeUnit}`,
    currency,
    curveId: `GAS-DA-${location.replaceAll(/[^A-Z0-9]+/gi, '_').toUpperCase()}`,
    basePrice: price * 1_000_000,
    priceDecimals: 4,
  };
}

/** Hourly power, the five markets in turn. */
export const POWER_HUBS: readonly [Hub, ...Hub[]] = [
  power('PJM', 'PJM-RTO', EASTERN, 34, 6),
  power('ERCOT', 'HB_NORTH', CENTRAL, 29, 2),
  power('CAISO', 'TH_SP15_GEN-APND', PACIFIC, 37, 5),
  power('NYISO', 'N.Y.C.', EASTERN, 41, 2),
  power('MISO', 'INDIANA.HUB', EASTERN_STANDARD, 31, 2),
  power('PJM', 'WESTERN HUB', EASTERN, 36, 6),
  power('ERCOT', 'HB_WEST', CENTRAL, 18, 2),
  power('CAISO', 'TH_NP15_GEN-APND', PACIFIC, 40, 5),
  power('NYISO', 'HUD VL', EASTERN, 39, 2),
  power('MISO', 'ARKANSAS.HUB', EASTERN_STANDARD, 27, 2),
  power('PJM', 'AEP-DAYTON HUB', EASTERN, 33, 6),
  power('ERCOT', 'LZ_SOUTH', CENTRAL, 30, 2),
];

/** Daily gas; a gas day begins at 09:00 Central. */
export const GAS_HUBS: readonly [Hub, ...Hub[]] = [
  gas('HENRY HUB', 2.1),
  gas('AECO-C', 1.7, 'GJ', 'CAD'),
  gas('WAHA', 0.4),
  gas('TETCO M3', 1.8, 'DTH'),
  gas('SOCAL CITYGATE', 3.2),
];

function monthly(
  commodity: 'CAPACITY' | 'EMISSIONS',
  market: string,
  location: string,
  timezone: string,
  currency: string,
): Hub {
  const volumeUnit = commodity === 'CAPACITY' ? 'MW' : 'MWH';
  return {
    market,
    location,
    timezone,
    notation: 'offset',
    commodity,
    chargeType: commodity === 'CAPACITY' ? 'CAPACITY' : 'CERTIFICATE',
    volumeUnit,
    priceUnit: `${currency}/${commodity === 'CAPACITY' ? 'MW-MO' : 'MWH'}`,
    currency,
    curveId: `${market}-${commodity}`,
    basePrice: 25_000_000,
    priceDecimals: 2,
  };
}

/** Capacity and certificates, one settlement a month. */
export const MONTHLY_HUBS = {
  pjmCapacity: monthly('CAPACITY', 'PJM', 'RPM-RTO', EASTERN, 'USD'),
  nyisoCapacity: monthly('CAPACITY', 'NYISO', 'ICAP-NYC', EASTERN, 'USD'),
  gatsCertificates: monthly('EMISSIONS', 'PJM', 'GATS-TIER1', EASTERN, 'USD'),
  indonesianCertificates: monthly('EMISSIONS', 'I-REC', 'ID-JAVA', 'Asia/Jakarta', 'IDR'),
} as const satisfies Record<string, Hub>;
