/** Small pictures for the plan, drawn here so that no sprite has to be fetched. */

const SIZE_PX = 36;

/** An asset is a rectangle (open: at rest; filled: at work). */
export function actuatorIcon(isAtWork: boolean): ImageData {
    const canvas = document.createElement("canvas");
    canvas.width = SIZE_PX;
    canvas.height = SIZE_PX;
    const ink = canvas.getContext("2d");
    if (ink === null) throw new Error("this browser draws no canvas");
    ink.beginPath();
    ink.roundRect(6, 9, SIZE_PX - 12, SIZE_PX - 18, 3);
    ink.fillStyle = isAtWork ? "#ffdf70" : "#0a0e13";
    ink.fill();
    ink.strokeStyle = isAtWork ? "#0a0e13" : "#9fb4c9";
    ink.lineWidth = 3.4;
    ink.stroke();
    return ink.getImageData(0, 0, SIZE_PX, SIZE_PX);
}
