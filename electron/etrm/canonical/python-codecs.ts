/**
 * The names under which Python 3.11 knows the text encodings that Tieout decodes, in Python's normal form (lower
 * case, runs of other characters as one underscore). Source: CPython's `encodings` package and `encodings.aliases`.
 */
const DECODED = {
  'utf-16': 'u16 utf16 utf_16',
  'utf-16-be': 'unicodebigunmarked utf_16_be utf_16be',
  'utf-16-le': 'unicodelittleunmarked utf_16_le utf_16le',
  'utf-32': 'u32 utf32 utf_32',
  'utf-32-be': 'utf_32_be utf_32be',
  'utf-32-le': 'utf_32_le utf_32le',
  'utf-8': 'cp65001 u8 utf utf8 utf8_ucs2 utf8_ucs4 utf_8',
  'utf-8-sig': 'utf_8_sig',
  ascii:
    '646 ansi_x3.4_1968 ansi_x3.4_1986 ansi_x3_4_1968 ascii cp367 csascii ibm367 iso646_us iso_646.irv_1991 iso_ir_6 us us_ascii',
  cp866: '866 cp866 csibm866 ibm866',
  'iso-8859-1':
    '8859 cp819 csisolatin1 ibm819 iso8859 iso8859_1 iso_8859_1 iso_8859_1_1987 iso_ir_100 l1 latin latin1 latin_1',
  'iso-8859-10': 'csisolatin6 iso8859_10 iso_8859_10 iso_8859_10_1992 iso_ir_157 l6 latin6',
  'iso-8859-11': 'iso8859_11 iso_8859_11 iso_8859_11_2001 thai',
  'iso-8859-13': 'iso8859_13 iso_8859_13 l7 latin7',
  'iso-8859-14': 'iso8859_14 iso_8859_14 iso_8859_14_1998 iso_celtic iso_ir_199 l8 latin8',
  'iso-8859-15': 'iso8859_15 iso_8859_15 l9 latin9',
  'iso-8859-16': 'iso8859_16 iso_8859_16 iso_8859_16_2001 iso_ir_226 l10 latin10',
  'iso-8859-2': 'csisolatin2 iso8859_2 iso_8859_2 iso_8859_2_1987 iso_ir_101 l2 latin2',
  'iso-8859-3': 'csisolatin3 iso8859_3 iso_8859_3 iso_8859_3_1988 iso_ir_109 l3 latin3',
  'iso-8859-4': 'csisolatin4 iso8859_4 iso_8859_4 iso_8859_4_1988 iso_ir_110 l4 latin4',
  'iso-8859-5': 'csisolatincyrillic cyrillic iso8859_5 iso_8859_5 iso_8859_5_1988 iso_ir_144',
  'iso-8859-6': 'arabic asmo_708 csisolatinarabic ecma_114 iso8859_6 iso_8859_6 iso_8859_6_1987 iso_ir_127',
  'iso-8859-7':
    'csisolatingreek ecma_118 elot_928 greek greek8 iso8859_7 iso_8859_7 iso_8859_7_1987 iso_ir_126',
  'iso-8859-8': 'csisolatinhebrew hebrew iso8859_8 iso_8859_8 iso_8859_8_1988 iso_ir_138',
  'iso-8859-9': 'csisolatin5 iso8859_9 iso_8859_9 iso_8859_9_1989 iso_ir_148 l5 latin5',
  'koi8-r': 'cskoi8r koi8_r',
  macintosh: 'mac_roman macintosh macroman',
  'windows-1250': '1250 cp1250 windows_1250',
  'windows-1251': '1251 cp1251 windows_1251',
  'windows-1252': '1252 cp1252 windows_1252',
  'windows-1253': '1253 cp1253 windows_1253',
  'windows-1254': '1254 cp1254 windows_1254',
  'windows-1255': '1255 cp1255 windows_1255',
  'windows-1256': '1256 cp1256 windows_1256',
  'windows-1257': '1257 cp1257 windows_1257',
  'windows-1258': '1258 cp1258 windows_1258',
  'windows-874': 'cp874',
} as const satisfies Record<string, string>;

/** An encoding that Tieout decodes as Python does. */
export type Charset = keyof typeof DECODED;

/** Encodings that Python 3.11 knows and Tieout does not decode. */
const NOT_DECODED = new Set(
  `
    037 1026 1125 1140 273 424 437 500 775 850 852 855 857 858 860 861 862 863 864 865 869 932 936
    949 950 big5 big5_hkscs big5_tw big5hkscs charmap chinese cp037 cp1006 cp1026 cp1051 cp1125
    cp1140 cp1361 cp154 cp273 cp424 cp437 cp500 cp720 cp737 cp775 cp850 cp852 cp855 cp856 cp857
    cp858 cp860 cp861 cp862 cp863 cp864 cp865 cp866u cp869 cp875 cp932 cp936 cp949 cp950 cp_gr cp_is
    csbig5 csibm037 csibm1026 csibm273 csibm424 csibm500 csibm855 csibm857 csibm858 csibm860
    csibm861 csibm863 csibm864 csibm865 csibm869 csiso2022jp csiso2022kr csiso58gb231280
    cspc775baltic cspc850multilingual cspc862latinhebrew cspc8codepage437 cspcp852 csptcp154
    csshiftjis cyrillic_asian ebcdic_cp_be ebcdic_cp_ca ebcdic_cp_ch ebcdic_cp_he ebcdic_cp_nl
    ebcdic_cp_us ebcdic_cp_wt euc_cn euc_jis2004 euc_jis_2004 euc_jisx0213 euc_jp euc_kr euccn
    eucgb2312_cn eucjis2004 eucjisx0213 eucjp euckr gb18030 gb18030_2000 gb2312 gb2312_1980
    gb2312_80 gbk hkscs hp_roman8 hz hz_gb hz_gb_2312 hzgb ibm037 ibm039 ibm1026 ibm1051 ibm1125
    ibm1140 ibm273 ibm424 ibm437 ibm500 ibm775 ibm850 ibm852 ibm855 ibm857 ibm858 ibm860 ibm861
    ibm862 ibm863 ibm864 ibm865 ibm869 idna iso2022_jp iso2022_jp_1 iso2022_jp_2 iso2022_jp_2004
    iso2022_jp_3 iso2022_jp_ext iso2022_kr iso2022jp iso2022jp_1 iso2022jp_2 iso2022jp_2004
    iso2022jp_3 iso2022jp_ext iso2022kr iso_2022_jp iso_2022_jp_1 iso_2022_jp_2 iso_2022_jp_2004
    iso_2022_jp_3 iso_2022_jp_ext iso_2022_kr iso_ir_166 iso_ir_58 jisx0213 johab koi8_t koi8_u
    korean ks_c_5601 ks_c_5601_1987 ks_x_1001 ksc5601 ksx1001 kz1048 kz_1048 mac_arabic mac_centeuro
    mac_croatian mac_cyrillic mac_farsi mac_greek mac_iceland mac_latin2 mac_romanian mac_turkish
    maccentraleurope maccyrillic macgreek maciceland maclatin2 macturkish ms1361 ms932 ms936 ms949
    ms950 ms_kanji mskanji palmos pt154 ptcp154 punycode r8 raw_unicode_escape rk1048 roman8 ruscii
    s_jis s_jis_2004 s_jisx0213 shift_jis shift_jis_2004 shift_jisx0213 shiftjis shiftjis2004
    shiftjisx0213 sjis sjis_2004 sjisx0213 strk1048_2002 tis620 tis_620 tis_620_0 tis_620_2529_0
    tis_620_2529_1 u7 u_jis uhc ujis undefined unicode_1_1_utf_7 unicode_escape utf7 utf_7
    x_mac_japanese x_mac_korean x_mac_simp_chinese x_mac_trad_chinese
`
    .trim()
    .split(/\s+/),
);

function charsets(): ReadonlyMap<string, Charset> {
  const byName = new Map<string, Charset>();
  for (const charset of Object.keys(DECODED)) {
    if (!isCharset(charset)) continue;
    for (const name of DECODED[charset].split(' ')) byName.set(name, charset);
  }
  return byName;
}

function isCharset(name: string): name is Charset {
  return Object.hasOwn(DECODED, name);
}

const BY_NAME = charsets();

/**
 * What Python would decode with under this name: one of the charsets, `not-decoded` for one that only Python has, or
 * `unknown` for a name on which Python raises LookupError.
 */
export function charsetNamed(name: string): Charset | 'not-decoded' | 'unknown' {
  const normal = name
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '_')
    .replace(/^_|_$/g, '');
  for (const spelling of [normal, normal.replaceAll('.', '_')]) {
    const charset = BY_NAME.get(spelling);
    if (charset !== undefined) return charset;
    if (NOT_DECODED.has(spelling)) return 'not-decoded';
  }
  return 'unknown';
}
