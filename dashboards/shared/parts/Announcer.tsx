/** Says new alerts to screen readers, once each. */
import { useEffect, useRef, useState } from "react";

import { isUnacknowledged } from "../picture/alerts";
import { useQueue } from "../picture/use";
import { named, word } from "../words/words";

export function Announcer() {
    const queue = useQueue();
    const said = useRef(new Set<string>());
    const [text, setText] = useState("");
    useEffect(() => {
        const fresh = queue.filter((alert) => isUnacknowledged(alert) && !said.current.has(alert.id));
        said.current = new Set(queue.map((alert) => alert.id));
        const first = fresh[0];
        if (first === undefined) return;
        setText(
            word("alerts.announced", {
                priority: named("priority", first.priority),
                summary: first.summary,
                zone: first.zone ?? "",
            }),
        );
    }, [queue]);
    return (
        <div role="log" aria-live="assertive" className="sr-only">
            {text}
        </div>
    );
}
