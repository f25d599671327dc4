// Vips: libvips by its object layer: an operation by name, properties set, outputs read.
//
// The only room that imports libvips. It knows nothing of renditions, and runs in worker processes only.
