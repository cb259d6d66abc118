/** The screen an operator works on: queue, map, one card, and the last hour below. */
import { SiteMap } from "../shared/map/SiteMap";
import { useTrackInHand } from "../shared/map/use-track";
import { Watermark } from "../shared/parts/Watermark";
import { usePicture } from "../shared/picture/use";
import { word } from "../shared/words/words";
import { AlertQueue } from "./AlertQueue";
import { Detail } from "../shared/detail/Detail";
import { Timeline } from "../shared/parts/Timeline";

export function Operations() {
    const site = usePicture((picture) => picture.site);
    const track = useTrackInHand();
    return (
        <div className="grid h-full grid-cols-[clamp(280px,23.5vw,380px)_minmax(0,1fr)_clamp(280px,23vw,400px)] grid-rows-[minmax(0,1fr)_clamp(92px,12.5vh,124px)]">
            <AlertQueue />
            <section aria-label={word("map.label")} className="relative isolate min-h-0 overflow-hidden border-x border-edge">
                <SiteMap site={site} track={track} />
                <Watermark />
            </section>
            <Detail track={track} />
            <Timeline className="col-span-3" />
        </div>
    );
}
