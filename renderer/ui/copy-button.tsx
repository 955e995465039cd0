import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { useAnnounce } from './announcements.tsx';
import { copyText } from './clipboard.ts';

interface CopyButtonProps {
  readonly text: string;
  /** What is copied: "page hash". */
  readonly what: string;
}

export function CopyButton({ text, what }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);
  const announce = useAnnounce();
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);

  async function copy(): Promise<void> {
    try {
      await copyText(text);
      setCopied(true);
    } catch {
      announce('warn', `The ${what} could not be copied: the clipboard was refused.`);
    }
  }

  return (
    <Button
      className="button quiet square copy"
      aria-label={copied ? `Copied ${what}` : `Copy ${what}`}
      onPress={() => void copy()}
    >
      {copied ? <Check aria-hidden className="icon" /> : <Copy aria-hidden className="icon" />}
    </Button>
  );
}
