import type Sigma from "sigma";

/** A frame that takes longer than this is seen to stutter. */
const SLOW_MS = 33;
/** So many slow frames in a row are no chance. */
const FRAMES = 8;

/**
 * Leaves lines and names out while the map is being moved, if the machine turns out too slow to draw them: without a
 * graphics processor, thousands of lines take longer than a frame. They are back as soon as the map rests.
 */
export function leaveOutWhenSlow(sigma: Sigma): void {
  let last = 0;
  let slow = 0;
  let waiting = false;
  sigma.getCamera().on("updated", () => {
    if (waiting || sigma.getSetting("hideEdgesOnMove")) return;
    waiting = true;
    requestAnimationFrame((now) => {
      waiting = false;
      const took = now - last;
      last = now;
      // A pause in between is no frame.
      if (took > 500) return;
      slow = took > SLOW_MS ? slow + 1 : 0;
      if (slow < FRAMES) return;
      sigma.setSetting("hideEdgesOnMove", true);
      sigma.setSetting("hideLabelsOnMove", true);
    });
  });
}
