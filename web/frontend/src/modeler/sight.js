// What of a diagram is in sight.

/** Room that the palette takes, in pixels. */
const PALETTE = 130;
const MARGIN = 24;
const SMALLEST = 0.2;

/** Show all of a diagram beside the palette, but not smaller than `smallest`; then its beginning. */
export function fit(canvas, smallest = SMALLEST) {
  const { inner, outer } = canvas.viewbox();
  const fitting = Math.min(1, (outer.width - PALETTE - MARGIN) / inner.width, (outer.height - 2 * MARGIN) / inner.height);
  const scale = Math.max(smallest, fitting) || 1;
  const free = outer.height / scale - inner.height;
  canvas.viewbox({ x: inner.x - PALETTE / scale, y: inner.y - Math.max(MARGIN / scale, free / 2), width: outer.width / scale, height: outer.height / scale });
}
