/** What each key does: made from the actions themselves. */
import { ACTIONS } from "../actions/registry";
import { Dialog } from "../parts/Dialog";
import { Key } from "../parts/Button";
import { word } from "../words/words";

const SHOWN: Readonly<Record<string, string>> = { escape: "Esc" };

export function KeysDialog({ close }: { close: () => void }) {
    return (
        <Dialog title={word("keys.title")} description={word("keys.hint")} close={close}>
            <dl className="m-0 grid grid-cols-[3.5rem_1fr] items-center gap-y-2.5">
                {ACTIONS.map(({ key, label }) => (
                    <div key={key} className="contents">
                        <dt>
                            <Key name={SHOWN[key] ?? key.toUpperCase()} />
                        </dt>
                        <dd className="m-0">{word(label)}</dd>
                    </div>
                ))}
            </dl>
        </Dialog>
    );
}
