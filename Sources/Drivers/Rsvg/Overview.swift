// Rsvg: librsvg, which renders SVG drawings, by its own interface.
//
// libvips renders drawings by librsvg, too, but always at 72 dots an inch, where CSS has 96. It is the only target that
// imports librsvg, knows nothing of renditions, and runs in worker processes only.
