/** Declaring how the site or a zone stands: which, and why. Everybody sees it at once. */
import { useState } from "react";

import type { Posture } from "../contract";
import { request } from "../desk";
import { Dialog } from "../parts/Dialog";
import { POSTURE_LOOK } from "../parts/PostureBand";
import { POSTURES, WHOLE_SITE, sitePosture, zonePosture } from "../picture/postures";
import { usePicture } from "../picture/use";
import { named, word } from "../words/words";
import { Choice } from "./Choice";
import { ReasonForm } from "./ReasonForm";

export function PostureDialog({ zone: asked, close }: { zone: string | null; close: () => void }) {
    const picture = usePicture((all) => all);
    const [zone, setZone] = useState(asked ?? WHOLE_SITE);
    const [posture, setPosture] = useState<Posture | null>(null);
    const now = zone === WHOLE_SITE ? sitePosture(picture) : zonePosture(picture, zone);
    const send = (reason: string) =>
        posture === null
            ? Promise.resolve(false)
            : request(
                  { kind: "set_posture", posture, zone: zone === WHOLE_SITE ? null : zone, reason },
                  "toast.posture",
              );
    return (
        <Dialog
            title={word("posture.title")}
            description={word("posture.what", { posture: named("posture", now) })}
            close={close}
        >
            <ReasonForm
                label={word("command.reason")}
                hint={word("command.reason_hint")}
                submit={word("posture.submit")}
                tone={posture === "evacuating" ? "danger" : "strong"}
                isReady={posture !== null}
                close={close}
                send={send}
            >
                <label className="flex flex-col gap-1.5 text-ink-2">
                    {word("posture.where")}
                    <select
                        value={zone}
                        onChange={(event) => {
                            setZone(event.target.value);
                        }}
                        className="min-h-10 rounded-md border border-edge-2 bg-ground px-3 text-[14px] text-ink pointer-coarse:min-h-12"
                    >
                        <option value={WHOLE_SITE}>{word("posture.site")}</option>
                        {picture.site.zones.map(({ id, name }) => (
                            <option key={id} value={id}>
                                {name}
                            </option>
                        ))}
                    </select>
                </label>
                <Choice
                    legend={word("posture.which")}
                    name="posture"
                    values={POSTURES}
                    chosen={posture}
                    choose={setPosture}
                    isTall
                    text={(each) => (
                        <span className="flex items-center gap-2.5">
                            <span className={`h-3.5 w-3.5 shrink-0 rounded-sm border ${POSTURE_LOOK[each].pill}`} aria-hidden="true" />
                            <span>
                                <span className="font-medium">{named("posture", each)}</span>
                                <span className="text-ink-2"> · {named("posture_what", each)}</span>
                            </span>
                        </span>
                    )}
                />
            </ReasonForm>
        </Dialog>
    );
}
