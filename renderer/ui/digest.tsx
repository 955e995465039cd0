import { digestPicture, groupedHex, type Sha256 } from '../../shared/digest.ts';
import { CopyButton } from './copy-button.tsx';

/** A picture of the digest that helps the eye to spot a change; equality is in the digits. */
function DigestMark({ digest }: { readonly digest: Sha256 }) {
  const { cells, hue } = digestPicture(digest);
  return (
    <svg className="digest-mark" viewBox="0 0 5 5" aria-hidden="true" shapeRendering="crispEdges">
      {cells.map((filled, at) =>
        filled ? (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a cell is its place
            key={at}
            x={at % 5}
            y={Math.floor(at / 5)}
            width={1}
            height={1}
            fill={`hsl(${hue} 52% 48%)`}
          />
        ) : null,
      )}
    </svg>
  );
}

/** Picture and first digits of a digest, in a row. */
export function DigestShort({ digest, groups = 3 }: { readonly digest: Sha256; readonly groups?: number }) {
  return (
    <span className="digest-short" title={groupedHex(digest).join(' ')}>
      <DigestMark digest={digest} />
      <span className="hex">{groupedHex(digest).slice(0, groups).join(' ')} …</span>
    </span>
  );
}

/** The whole digest in groups that an eye can compare, with its picture and a way to copy it. */
export function DigestFull({ digest, what }: { readonly digest: Sha256; readonly what: string }) {
  const groups = groupedHex(digest);
  return (
    <span className="digest-full">
      <DigestMark digest={digest} />
      <span className="hex hex-groups">
        {groups.map((group, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a group is its place
          <span key={at}>{group}</span>
        ))}
      </span>
      <CopyButton text={digest} what={what} />
    </span>
  );
}
