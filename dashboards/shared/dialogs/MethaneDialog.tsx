/** A M/ETHANE report: the hub writes what it knows, a person completes it and sends it. */
import { Copy } from "lucide-react";
import { useCallback, useEffect, useState } from "react";

import { toast } from "../desk";
import { Button } from "../parts/Button";
import { Dialog } from "../parts/Dialog";
import { readMethane } from "../session/hub";
import { useReading } from "../session/reading";
import { word } from "../words/words";

interface Props {
    of: "alerts" | "incidents";
    id: string;
    close: () => void;
}

async function copied(text: string): Promise<void> {
    try {
        await navigator.clipboard.writeText(text);
        toast("good", word("methane.copied"));
    } catch {
        // Over plain HTTP browsers keep the clipboard to themselves.
        toast("bad", word("methane.not_copied"), word("methane.not_copied_fix"));
    }
}

export function MethaneDialog({ of, id, close }: Props) {
    const { answer, complaint } = useReading(useCallback(() => readMethane(of, id), [of, id]));
    const [text, setText] = useState<string | null>(null);
    // What a person has written is never written over.
    useEffect(() => {
        if (answer !== null) setText((before) => before ?? answer.text);
    }, [answer]);
    return (
        <Dialog title={word("methane.title")} description={answer?.title ?? word("methane.what")} isWide close={close}>
            {complaint !== "" && <p className="mt-0 text-high">{complaint}</p>}
            {text === null && complaint === "" && <p className="m-0 text-ink-2">{word("methane.reading")}</p>}
            {text !== null && (
                <label className="flex flex-col gap-1.5 text-ink-2">
                    {word("methane.text")}
                    <textarea
                        value={text}
                        rows={18}
                        onChange={(event) => {
                            setText(event.target.value);
                        }}
                        className="rounded-md border border-edge-2 bg-ground px-3 py-2 font-mono text-[12.5px] leading-relaxed text-ink"
                    />
                </label>
            )}
            <div className="mt-4 flex justify-end gap-2">
                <Button onClick={close}>{word("dialog.back")}</Button>
                <Button tone="strong" disabled={text === null} onClick={() => void copied(text ?? "")}>
                    <Copy size={15} aria-hidden="true" /> {word("methane.copy")}
                </Button>
            </div>
        </Dialog>
    );
}
