/** Something read once from the hub for a card or a page, and again when asked. */
import { useCallback, useEffect, useState } from "react";

import { word } from "../words/words";
import { HubRefusal } from "./hub";

export interface Reading<Answer> {
    answer: Answer | null;
    complaint: string;
    again(): void;
}

/** `read` must stay the same function as long as it asks for the same. */
export function useReading<Answer>(read: () => Promise<Answer>): Reading<Answer> {
    const [answer, setAnswer] = useState<Answer | null>(null);
    const [complaint, setComplaint] = useState("");
    const [turn, setTurn] = useState(0);
    useEffect(() => {
        let isOver = false;
        const look = async () => {
            try {
                const found = await read();
                if (isOver) return;
                setAnswer(found);
                setComplaint("");
            } catch (error) {
                if (!(error instanceof HubRefusal)) throw error;
                if (!isOver) setComplaint(error.message || word(error.what));
            }
        };
        void look();
        return () => {
            isOver = true;
        };
    }, [read, turn]);
    const again = useCallback(() => {
        setTurn((before) => before + 1);
    }, []);
    return { answer, complaint, again };
}
